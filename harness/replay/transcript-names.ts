/** Names as the recorded machine resolved them: hosts that the recording lists, services of a plain Debian 12. */
import { type NameResolver, ServiceNames } from '../../director/index.ts';

const SERVICES = new ServiceNames(`
  ftp-data 20/tcp
  ftp 21/tcp
  ssh 22/tcp
  telnet 23/tcp
  smtp 25/tcp
  time 37/tcp
  time 37/udp
  domain 53/tcp
  domain 53/udp
  bootps 67/udp
  bootpc 68/udp
  tftp 69/udp
  http 80/tcp
  pop3 110/tcp
  sunrpc 111/tcp
  sunrpc 111/udp
  auth 113/tcp
  nntp 119/tcp
  ntp 123/udp
  imap2 143/tcp imap
  snmp 161/tcp
  snmp 161/udp
  bgp 179/tcp
  ldap 389/tcp
  ldap 389/udp
  https 443/tcp
  https 443/udp
  submissions 465/tcp
  isakmp 500/udp
  syslog 514/udp
  rtsp 554/tcp
  rtsp 554/udp
  submission 587/tcp
  ldaps 636/tcp
  ldaps 636/udp
  domain-s 853/tcp
  domain-s 853/udp
  imaps 993/tcp
  pop3s 995/tcp
  nfs 2049/tcp
  nfs 2049/udp
  mysql 3306/tcp
  sip 5060/tcp
  sip 5060/udp
  sip-tls 5061/tcp
  sip-tls 5061/udp
  postgresql 5432/tcp
  http-alt 8080/tcp
  http-alt 8080/udp
`);

/** @param hosts Host names by address. */
export function recordedNames(hosts: Readonly<Record<string, string>>): NameResolver {
  const addresses = new Map(Object.entries(hosts).map(([address, name]) => [name, address]));
  return {
    hostAddress: async (name) => addresses.get(name),
    hostName: async (address) => hosts[address],
    servicePort: async (name, protocol) => SERVICES.port(name, protocol),
    serviceName: async (port, protocol) => SERVICES.name(port, protocol),
  };
}
