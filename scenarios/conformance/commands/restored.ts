/** Many lines at once, as `ipvsadm -R` takes them: some are refused, and the others are carried out. */

import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

export const restored: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/restored',
      title: 'What is refused of many lines keeps none of the others from being carried out',
      requirement:
        'ipvsadm -R carries its lines out in order; of one that the kernel refuses, or that has an unknown option, it says why and goes on; one that makes no sense ends it, so that those behind it are not read; and an exit code of 0 means that the last line was carried out.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: errors, §7.2')],
    },
    async (dialogue, { vip, servers: [one, two], method }) => {
      const service = (port: number) => `-t ${vip}:${port}`;
      const tunnel = method === '-i' ? ' --tun-type ipip' : '';
      const server = (port: number, { address }: typeof one, weight: number) =>
        `-a ${service(port)} -r ${address}:${port} ${method} -w ${weight}${tunnel}`;
      await dialogue.restores(
        [
          `-A ${service(80)} -s rr`,
          `-A ${service(80)} -s lc`,
          '',
          `ipvsadm ${server(80, one, 3)}`,
          `-d ${service(80)} -r ${two.address}:80`,
          '-A --bogus',
          `\t-A  ${service(81)}  -s   sed \t`,
          `-E ${service(99)} -s rr`,
          `-a ${service(99)} -r ${one.address}:99`,
          server(80, two, 4),
          server(80, two, 5),
          `-A ${service(82)} -s nosuch`,
          `-A ${service(83)}`,
        ],
        [
          'Service already exists',
          'No such destination',
          '--bogus: unknown option',
          'No such service',
          'Service not defined',
          'Destination already exists',
          'Scheduler or persistence engine not found',
        ],
      );
      const kept = [
        `-A ${service(80)} -s rr`,
        server(80, one, 3),
        server(80, two, 4),
        `-A ${service(81)} -s sed`,
        `-A ${service(83)} -s wlc`,
      ];
      await dialogue.prints('-Sn', kept);
      // Changes before a line that ends it are made, and none behind it.
      await dialogue.restores(
        [`-A ${service(84)} -s fo`, `-A ${service(85)} -w 3`, `-A ${service(86)}`, '-C'],
        ["Illegal 'weight' option with the 'add-service' command"],
      );
      await dialogue.prints('-Sn', [...kept, `-A ${service(84)} -s fo`]);
      await dialogue.restores(['-Z -s rr', '-C'], ["Illegal 'scheduler' option with the 'zero' command"]);
      await dialogue.restores(
        [`-D ${service(83)}`, `-D ${service(83)}`, `-D ${service(84)}`],
        ['No such service'],
      );
      await dialogue.prints('-Sn', kept.slice(0, -1));
      // What is refused behind -C is said of the lines that it is said of.
      await dialogue.restores(
        [
          `-A ${service(87)}`,
          '-C',
          `-D ${service(87)}`,
          `-E ${service(80)}`,
          `-A ${service(88)}`,
          `-A ${service(88)}`,
        ],
        ['No such service', 'No such service', 'Service already exists'],
      );
      await dialogue.prints('-Sn', [`-A ${service(88)} -s wlc`]);
      await dialogue.restores(['-C', ...kept, `--set 11 12 13`], []);
      await dialogue.prints('-Sn', kept);
      await dialogue.prints('-L --timeout', ['Timeout (tcp tcpfin udp): 11 12 13']);
      await dialogue.does('--set 900 120 300');
    },
  ),
];
