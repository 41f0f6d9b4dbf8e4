/** Names of hosts and services, given and printed. */

import { MODES } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { columns, counterColumns, ofOneService, serverLine, TITLES } from './titles.ts';

/** Every machine has these: protocol, port, the name that it is listed by, and others that it has. */
const PORTS = [
  ['tcp', 22, 'ssh', []],
  ['tcp', 25, 'smtp', ['mail']],
  ['tcp', 53, 'domain', []],
  ['tcp', 80, 'http', ['www']],
  ['tcp', 143, 'imap2', ['imap']],
  ['tcp', 443, 'https', []],
  ['tcp', 513, 'login', []],
  ['tcp', 514, 'shell', ['cmd', 'syslog']],
  ['udp', 53, 'domain', []],
  ['udp', 443, 'https', []],
  ['udp', 513, 'who', ['whod']],
  ['udp', 514, 'syslog', []],
] as const;
/** Names of another protocol, and of none. */
const NO_PORTS = ['-t VIP:who', '-u VIP:ssh', '-u VIP:http', '-t VIP:nosuchservice', '-t VIP:', '-t :80'];
const LOCALHOST = '127.0.0.1';

export const names: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/names',
      title: 'Hosts and services have names, where numbers are not asked for',
      requirement:
        'An address may be given by the name of a host and a port by that of a service of the protocol, by any of its names; without -n each is listed and saved by its first name, or as a number if it has none; ports of firewall marks have no names.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')],
    },
    async (dialogue, stage) => {
      const { vip, method, mode } = stage;
      const tunnel = method === '-i' ? ' --tun-type ipip' : '';
      for (const [protocol, port, name, others] of PORTS) {
        const option = `-${protocol[0]}`;
        await dialogue.does(`-A ${option} localhost:${name} -s rr`);
        await dialogue.isRefused(`-A ${option} ${LOCALHOST}:${port}`, 'Service already exists');
        for (const other of others) {
          await dialogue.isRefused(`-A ${option} localhost:${other}`, 'Service already exists');
        }
      }
      const saved = (host: string, portOf: (row: (typeof PORTS)[number]) => string | number) =>
        PORTS.map((row) => `-A -${row[0][0]} ${host}:${portOf(row)} -s rr`);
      await dialogue.prints(
        '-Sn',
        saved(LOCALHOST, ([, port]) => port),
      );
      await dialogue.prints(
        '-S',
        saved('localhost', ([, , name]) => name),
      );
      await dialogue.prints('-L', [
        ...TITLES.plain,
        ...PORTS.map(([protocol, , name]) => `${protocol.toUpperCase()}  localhost:${name} rr`),
      ]);
      for (const line of NO_PORTS) {
        await dialogue.isRefused(
          `-A ${line.replace('VIP', vip)} -s rr`,
          'illegal virtual server address[:port] specified',
        );
      }
      await dialogue.does('-C');
      const service = `-t ${vip}:www`;
      await dialogue.does(
        `-A ${service} -s rr -p 9 -M localhost`,
        `-a ${service} -r localhost:http ${method} -w 3`,
        `-a ${service} -r 10.250.0.9:http ${method}`,
        '-A -f 80 -s rr',
        `-a -f 80 -r 10.250.0.9:www ${method}`,
      );
      await dialogue.isRefused(
        `-a ${service} -r localhost:who -m`,
        'illegal real server address[:port] specified',
      );
      const row = (name: string, weight: number) =>
        serverLine(name, columns([MODES[mode].ipvsadmName, 7], [weight, 6], [0, 10], [0, 10]));
      await dialogue.prints('-L', [
        ...TITLES.plain,
        `TCP  ${vip}:http rr persistent 9 mask ${LOCALHOST}`,
        row('10.250.0.9:http', 1),
        row('localhost:http', 3),
        'FWM  80 rr',
        row('10.250.0.9:80', 1),
      ]);
      await dialogue.prints(`-L --nosort --stats ${service}`, [
        ...ofOneService(TITLES.stats),
        `TCP  ${vip}:http`.padEnd(33) + counterColumns(0, 0, 0, 0, 0),
        serverLine('10.250.0.9:http', counterColumns(0, 0, 0, 0, 0).slice(1)),
        serverLine('localhost:http', counterColumns(0, 0, 0, 0, 0).slice(1)),
      ]);
      await dialogue.prints('-S', [
        `-A -t ${vip}:http -s rr -p 9 -M ${LOCALHOST}`,
        `-a -t ${vip}:http -r 10.250.0.9:http ${method} -w 1${tunnel}`,
        `-a -t ${vip}:http -r localhost:http ${method} -w 3${tunnel}`,
        '-A -f 80 -s rr',
        `-a -f 80 -r 10.250.0.9:80 ${method} -w 1${tunnel}`,
      ]);
      await dialogue.does('-C');
      const telnet = await Service.add(stage, { port: 514, servers: [{}] });
      const client = telnet.client(5);
      telnet.segment(client, 'S');
      await stage.settle();
      const connection = (port: string) =>
        `TCP 00:59  SYN_RECV    ${`${client.address}:${client.port}`.padEnd(18)} ${`${vip}:${port}`.padEnd(18)} ${stage.servers[0].address}:${port}`;
      const title = [
        'IPVS connection entries',
        'pro expire state       source             virtual            destination',
      ];
      await dialogue.prints('-Lc', [...title, connection('shell')]);
      await dialogue.prints('-Lnc', [...title, connection('514')]);
    },
  ),
];
