/** Names that do not fit into a list. */

import { modesWhere } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { columns, counterColumns, ofOneService, TITLES } from './titles.ts';

/** Of the lab’s machines, with as many letters as fit beside `http` and with one more: in a list, and in any text. */
const HOSTS = [
  ['10.250.9.23', 'host-name-of-23-letters'],
  ['10.250.9.24', 'name-of-24-letters-it-is'],
  ['10.250.9.54', `${'long-'.repeat(9)}name-is54`],
  ['10.250.9.55', `${'long-'.repeat(9)}name-is-55`],
] as const;
const WIDTH = 28;
const LONGEST = 59;
const SILENT = counterColumns(0, 0, 0, 0, 0);

export const longNames: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/long-names',
      title: 'Long names are cut in lists, and written to 59 letters where rules are saved',
      requirement:
        'Of an address with its port, by name, 28 letters are listed and 59 are saved, with no mark of what is missing; each may be asked for by its whole name.',
      sources: [kernel('ipvsadm: listing formats, §7.3')],
      // Written alike in every mode.
      modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    },
    async (dialogue) => {
      for (const [address, host] of HOSTS) {
        const key = `-t ${host}:http`;
        await dialogue.does(`-A ${key} -s rr`, `-a ${key} -r ${host}:http -m`);
        await dialogue.isRefused(`-A -t ${address}:80`, 'Service already exists');
        const whole = `${host}:http`;
        const shown = whole.slice(0, WIDTH);
        await dialogue.prints(`-L ${key}`, [
          ...ofOneService(TITLES.plain),
          `TCP  ${shown} rr`,
          `  -> ${shown.padEnd(WIDTH)} ${columns(['Masq', 7], [1, 6], [0, 10], [0, 10])}`,
        ]);
        await dialogue.prints(`-L --stats ${key}`, [
          ...ofOneService(TITLES.stats),
          `TCP  ${shown.padEnd(WIDTH)}${SILENT}`,
          `  -> ${shown.padEnd(WIDTH)}${SILENT}`,
        ]);
        const saved = whole.slice(0, LONGEST);
        await dialogue.prints('-S', [`-A -t ${saved} -s rr`, `-a -t ${saved} -r ${saved} -m -w 1`]);
        await dialogue.prints('-Sn', [
          `-A -t ${address}:80 -s rr`,
          `-a -t ${address}:80 -r ${address}:80 -m -w 1`,
        ]);
        await dialogue.does(`-D ${key}`);
      }
    },
  ),
];
