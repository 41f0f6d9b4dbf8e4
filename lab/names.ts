/**
 * Names that the lab’s machines have for hosts and services, whatever the machine that the lab is on knows. What is the same
 * on every machine comes first of several lines; the others are there to be overlooked.
 */
import { type NameResolver, SystemResolver } from '../director/index.ts';

const HOSTS: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  // As long as lists and texts have room for, and longer.
  'host-name-of-23-letters': '10.250.9.23',
  'name-of-24-letters-it-is': '10.250.9.24',
  [`${'long-'.repeat(9)}name-is54`]: '10.250.9.54',
  [`${'long-'.repeat(9)}name-is-55`]: '10.250.9.55',
};

/** As `/etc/hosts`. */
export const HOSTS_FILE = Object.entries(HOSTS)
  .map(([name, address]) => `${address}\t${name}\n`)
  .join('');

/** As `/etc/services`. */
export const SERVICES_FILE = `# Network services: name, port and protocol, other names.

ssh		22/tcp
smtp		25/tcp		mail
domain		53/tcp				# Domain Name Server
domain		53/udp
http		80/tcp		www		# WorldWideWeb HTTP
imap2		143/tcp		imap		# Interim Mail Access
https		443/tcp				# http protocol over TLS/SSL
https		443/udp				# HTTP/3
login		513/tcp
who		513/udp		whod
  shell 514/tcp cmd syslog # no passwords used
syslog		514/udp
#telnet		23/tcp
unfinished
portless	/tcp
letters		x80/tcp
webserver	80/tcp		www www-http
www		8888/tcp
mail		26/tcp
`;

export const LAB_NAMES: NameResolver = new SystemResolver({
  hostAddress: async (name) => {
    const address = HOSTS[name];
    if (address === undefined) throw new Error(`no host is called ${name}`);
    return address;
  },
  hostName: async (address) => Object.keys(HOSTS).find((name) => HOSTS[name] === address) ?? address,
  services: async () => SERVICES_FILE,
});
