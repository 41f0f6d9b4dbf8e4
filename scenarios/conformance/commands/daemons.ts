/** Daemons that synchronise connections: how they are asked for and listed. */

import { modesWhere } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { ordersOf } from './option-order.ts';

const INVALID = 'Invalid operation.  Possibly wrong module version, address not unicast, ...';
/** Of a UDP datagram over IPv4. */
const HEADER_BYTES = 28;
const USUAL_BYTES = 1_500 - HEADER_BYTES;

/** What is asked for, and the bytes that are listed: a backup must take in what any master sends. */
const LENGTHS = {
  master: [1, 2, 1_023, 1_024, 65_507],
  backup: [1, 1_023, 1_024, 1_025, 65_507],
} as const;
const LEAST = { master: 1, backup: 1_024 } as const;

export const daemons: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/daemons',
      title: 'A master and a backup daemon run at most, each as it was asked for',
      requirement:
        'One daemon of each kind can be started, on an interface that there is, and is listed until it is stopped, the master first: with syncid 0, group 224.0.0.81, port 8848, TTL 1 and messages of 1,472 bytes unless others are given, for a backup no fewer than 1,024; and while one runs there is no server of another family than its service’s.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('synchronisation, §10.1')],
      modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
      // A director as a process has no such daemons yet.
      virtualTime: true,
    },
    async (dialogue, { vip, topology }) => {
      const name = topology.hosts.find(({ role }) => role === 'director')?.interfaces[0]?.name ?? '';
      const on = `--mcast-interface ${name}`;
      const line = (
        role: string,
        { id = 0, bytes = USUAL_BYTES, rest = 'group=224.0.0.81, port=8848, ttl=1' },
      ) => `${role} sync daemon (mcast=${name}, syncid=${id}, maxlen=${bytes}, ${rest})`;
      const lists = (...lines: readonly string[]) =>
        dialogue.prints('-L --daemon', lines.length === 0 ? [''] : lines);
      await dialogue.does(`--start-daemon backup ${on} --syncid 7`);
      await lists(line('backup', { id: 7 }));
      await dialogue.refuses(`--start-daemon backup ${on}`, 'Daemon has already run');
      await dialogue.refuses('--start-daemon master --mcast-interface nosuch0', 'No such device');
      await dialogue.refuses('--stop-daemon master', 'No daemon is running');
      await dialogue.does(
        `--start-daemon master ${on} --mcast-group 239.1.2.3 --mcast-port 9999 --mcast-ttl 5`,
      );
      const rest = 'group=239.1.2.3, port=9999, ttl=5';
      await lists(line('master', { rest }), line('backup', { id: 7 }));
      await dialogue.refuses(`--start-daemon master ${on}`, 'Daemon has already run');
      await dialogue.does('--stop-daemon backup --syncid 7');
      await lists(line('master', { rest }));
      await dialogue.does('-C', '-Z', '--stop-daemon master');
      await lists();
      const options = [
        on,
        '--syncid 7',
        '--sync-maxlen 1400',
        '--mcast-group 239.1.2.3',
        '--mcast-port 9999',
      ];
      for (const order of ordersOf([...options, '--mcast-ttl 5'])) {
        await dialogue.does(`--start-daemon master ${order.join(' ')}`);
        await lists(line('master', { id: 7, bytes: 1_400, rest }));
        await dialogue.does('--stop-daemon master');
      }
      for (const role of ['master', 'backup'] as const) {
        for (const asked of LENGTHS[role]) {
          await dialogue.does(`--start-daemon ${role} ${on} --sync-maxlen ${asked} --syncid 255`);
          await lists(line(role, { id: 255, bytes: Math.max(asked, LEAST[role]) }));
          await dialogue.does(`--stop-daemon ${role}`);
        }
        await dialogue.does(`--start-daemon ${role} ${on}`);
        await lists(line(role, {}));
        await dialogue.does(`-A -t ${vip}:80`);
        await dialogue.refuses(`-a -t ${vip}:80 -r [2001:db8::1]:80 -i`, INVALID);
        await dialogue.does(`--stop-daemon ${role}`, `-a -t ${vip}:80 -r [2001:db8::1]:80 -i`);
        await dialogue.refuses(`--start-daemon ${role} ${on}`, INVALID);
        await dialogue.does('-C');
      }
    },
  ),
];
