/** Netmasks of IPv6. */

import { modesWhere } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { ofOneService, TITLES } from './titles.ts';

const SERVICES = [
  ['-t [2001:db8::2]:80', 'TCP  [2001:db8::2]:80'],
  ['-f 9 -6', 'FWM  9 IPv6'],
] as const;
/** As given, and the bits that it means. What follows a number is not looked at. */
const LENGTHS: readonly (readonly [text: string, bits: number])[] = [
  ...[1, 2, 63, 64, 65, 126, 127, 128].map((bits) => [String(bits), bits] as const),
  ...([
    ['+7', 7],
    ['007', 7],
    ['64bits', 64],
    ['12.5', 12],
    ['96,97', 96],
  ] as const),
];
const NO_LENGTHS = ['0', '129', '256', '-1', '-64', 'x', 'x64', '', '0x40', '255.255.255.0'];

export const ipv6Netmasks: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/ipv6-netmasks',
      title: 'A netmask of IPv6 is a number of bits, from 1 to 128',
      requirement:
        'Behind an IPv6 service -M takes the length of a prefix from 1 to 128, which is listed and saved unless it is 128, as it is where -M is left out; a text that begins with no such number is refused.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')],
      // Read alike in every mode.
      modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    },
    async (dialogue) => {
      const plain = ofOneService(TITLES.plain);
      for (const [key, shown] of SERVICES) {
        const shows = async (listed: string, saved: string) => {
          await dialogue.prints(`-Ln ${key}`, [...plain, `${shown} ${listed}`]);
          await dialogue.prints('-Sn', [`-A ${key} ${saved}`]);
        };
        await dialogue.does(`-A ${key} -s rr`);
        await shows('rr', '-s rr');
        for (const [text, bits] of LENGTHS) {
          await dialogue.does(`-E ${key} -s rr -p 5 --netmask=${text}`);
          if (bits === 128) await shows('rr persistent 5', '-s rr -p 5');
          else await shows(`rr persistent 5 mask ${bits}`, `-s rr -p 5 -M ${bits}`);
          await dialogue.does(`-E ${key} -s rr -p 5`);
          await shows('rr persistent 5', '-s rr -p 5');
        }
        for (const text of NO_LENGTHS) {
          await dialogue.isRefused(
            `-E ${key} -s rr -p 5 --netmask=${text}`,
            'illegal ipv6 netmask specified',
          );
        }
        await shows('rr persistent 5', '-s rr -p 5');
        await dialogue.does('-C');
      }
    },
  ),
];
