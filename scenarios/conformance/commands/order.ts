/** The order in which services and servers are listed. */

import { ipText } from '../../../lab/frames/index.ts';
import { MODES } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel } from '../../kit/requirement.ts';
import { columns, ofOneService, serverLine, TITLES } from './titles.ts';

const SEED = 19;
const HALF = 2 ** 31;
/** Addresses of either end of the number range: they differ by less than half of it, across its end. */
const SERVICES_FROM = 0xcfaf_2c6e;
const FIRST_MULTICAST = 224;
/** Of unicast addresses alone. */
const SERVERS_FROM = 0x6000_0000;
const SERVERS_TO = 0xdfff_ffff;

function addressAt(number: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number % 2 ** 32);
  return ipText(bytes, 0);
}

function shuffled<Item>(items: readonly Item[], random: RandomNumbers): Item[] {
  return items
    .map((item) => ({ item, at: random.below(2 ** 30) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

export const order: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/order',
      title: 'Lists have an order of their own, whatever the order of the commands',
      requirement:
        'Services are listed and saved by firewall mark, family, protocol number, address and port, servers by address and port; an address comes before another if the difference of the two as 32-bit numbers is negative, so that 207.175.44.110 comes before 10.0.0.1.',
      sources: [kernel('ipvsadm: listing formats, §7.3')],
    },
    async (dialogue, { vip, mode, method }) => {
      const random = new RandomNumbers(SEED, 'the order of lists');
      const numbers = [0, 1, ...Array.from({ length: 16 }, () => 2 + random.below(HALF - 3))];
      const addresses = numbers
        .sort((a, b) => a - b)
        .map((number) => addressAt(SERVICES_FROM + number))
        .filter((address) => Number(address.split('.')[0]) < FIRST_MULTICAST);
      const rows = [
        ['-f 4294967295', 'FWM  -1 rr'] as const,
        ...(['TCP -t', 'UDP -u', 'SCTP --sctp-service'] as const).flatMap((names) => {
          const [shown = '', option] = names.split(' ');
          return addresses.flatMap((address) =>
            [1, 80, 443, 65_535].map((port) => {
              const name = `${address}:${port}`;
              return [`${option} ${name}`, `${shown.padEnd(4)} ${name} rr`] as const;
            }),
          );
        }),
        ...[1, 2, 256, 65_536, 2_147_483_647].map((mark) => [`-f ${mark}`, `FWM  ${mark} rr`] as const),
        ...[1, 2].map((mark) => [`-f ${mark} -6`, `FWM  ${mark} IPv6 rr`] as const),
      ];
      // A mark comes before that of IPv6 with the same number, and marks before both families.
      const sorted = [
        ...rows.slice(0, -7),
        rows.at(-7)!,
        rows.at(-2)!,
        rows.at(-6)!,
        rows.at(-1)!,
        ...rows.slice(-5, -2),
      ];
      await dialogue.does(...shuffled(rows, random).map(([key]) => `-A ${key} -s rr`));
      await dialogue.prints('-Ln', [...TITLES.plain, ...sorted.map(([, shown]) => shown)]);
      await dialogue.does('-C');
      const service = `-t ${vip}:80`;
      const ports = method === '-m' ? [1, 79, 80, 8080, 65_535] : [80];
      const servers = Array.from(
        { length: 12 },
        (_, i) => SERVERS_FROM + i * 2 + random.below(SERVERS_TO - SERVERS_FROM - 64),
      )
        .filter((number) => number >>> 24 !== 127)
        .sort((a, b) => a - b)
        .flatMap((number) => ports.map((port) => `${addressAt(number)}:${port}`));
      const given = shuffled(servers, random);
      await dialogue.does(
        `-A ${service} -s wlc`,
        ...given.map((name) => `-a ${service} -r ${name} ${method}`),
      );
      const line = (name: string) =>
        serverLine(name, columns([MODES[mode].ipvsadmName, 7], [1, 6], [0, 10], [0, 10]));
      const title = [...ofOneService(TITLES.plain), `TCP  ${vip}:80 wlc`];
      await dialogue.prints(`-Ln ${service}`, [...title, ...servers.map(line)]);
      await dialogue.prints(`-Ln --nosort ${service}`, [...title, ...given.toReversed().map(line)]);
      const tunnel = method === '-i' ? ' --tun-type ipip' : '';
      await dialogue.prints('-Sn', [
        `-A ${service} -s wlc`,
        ...servers.map((name) => `-a ${service} -r ${name} ${method} -w 1${tunnel}`),
      ]);
    },
  ),
];
