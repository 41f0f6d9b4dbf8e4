/** Timeouts, which have a command of their own. */

import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const SOURCES = [kernel('ipvsadm: grammar, §7.1')];

export const settings: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/timeouts',
      title: '--set changes three timeouts, and 0 leaves one as it is',
      requirement:
        'ipvsadm --set takes the timeouts of established TCP connections, of those in FIN_WAIT and of UDP, in seconds up to 31 days; 0 keeps the present value, and -L --timeout shows all three.',
      sources: SOURCES,
    },
    async (dialogue) => {
      const shows = (values: string) =>
        dialogue.prints('-L --timeout', [`Timeout (tcp tcpfin udp): ${values}`]);
      await shows('900 120 300');
      await dialogue.does('--set 100 20 30');
      await shows('100 20 30');
      await dialogue.does('--set 0 0 5');
      await shows('100 20 5');
      await dialogue.does('--set 0 7 0');
      await shows('100 7 5');
      await dialogue.does('--set 65537 0 0');
      await shows('65537 7 5');
      await dialogue.does('--set 0 0 0');
      await shows('65537 7 5');
      await dialogue.does('--set 2678400 2678400 2678400');
      await shows('2678400 2678400 2678400');
      await dialogue.does('--set 1 1 1');
      await shows('1 1 1');
      await dialogue.does('-C', '--set 900 120 300');
      await shows('900 120 300');
    },
  ),
];
