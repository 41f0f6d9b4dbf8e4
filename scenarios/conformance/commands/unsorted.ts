/** The order of services in lists that are not sorted. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel } from '../../kit/requirement.ts';

const SEED = 19;
const SERVICES = 300;
const MARKS = 60;
/** Of each of the kernel's two tables: for addresses, and for firewall marks. */
const BUCKETS = 256;
const NUMBERS = { TCP: 6, UDP: 17, SCTP: 132 } as const;
const OPTIONS = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' } as const;

interface Named {
  /** As `ipvsadm -A` takes it, and as the list shows it. */
  readonly key: string;
  readonly shown: string;
  readonly isMark: boolean;
  /** What the bucket follows from. */
  readonly hash: number;
}

function endpoint(random: RandomNumbers): Named {
  const protocol = (['TCP', 'UDP', 'SCTP'] as const)[random.below(3)]!;
  const port = 1 + random.below(65_535);
  const words = random.below(5) === 0 ? ipv6(random) : [1 + random.below(2 ** 31 - 2)];
  const address =
    words.length === 1
      ? [24, 16, 8, 0].map((bits) => (words[0]! >>> bits) & 255).join('.')
      : `[${words.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':')}]`;
  const hash = words.reduce((sum, word) => sum ^ word, NUMBERS[protocol] ^ (port >> 8) ^ port);
  return {
    key: `${OPTIONS[protocol]} ${address}:${port}`,
    shown: `${protocol.padEnd(4)} ${address}:${port} rr`,
    isMark: false,
    hash,
  };
}

/** With no part of 0, so that there is one way to write it. */
function ipv6(random: RandomNumbers): number[] {
  const part = () => 1 + random.below(0xffff);
  return [0, 1, 2, 3].map((i) => ((i === 0 ? 0x2001 : part()) << 16) | part());
}

function mark(random: RandomNumbers): Named {
  const number = 1 + random.below(2 ** 31 - 2);
  return { key: `-f ${number}`, shown: `FWM  ${number} rr`, isMark: true, hash: number };
}

/** In the order of the list, if the kernel mixes this into its buckets. */
function inOrder(added: readonly Named[], key: number): Named[] {
  const rankOf = ({ isMark, hash }: Named) => ((hash ^ key) & (BUCKETS - 1)) + (isMark ? BUCKETS : 0);
  return added
    .map((one, age) => ({ one, age, rank: rankOf(one) }))
    .sort((a, b) => a.rank - b.rank || b.age - a.age)
    .map(({ one }) => one);
}

export const unsorted: readonly PacketCase[] = [
  packetCase({
    name: 'commands/unsorted',
    title: 'Lists that are not sorted have the order of the kernel’s buckets',
    requirement:
      '-L --nosort shows each service once, those by firewall mark last, in the order of the buckets that a hash of protocol, address and port, or the mark, puts them in, mixed with a number of the kernel’s own; of two in one bucket the one added last comes first.',
    sources: [kernel('ipvsadm: unsorted order, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const random = new RandomNumbers(SEED, 'services in no order');
      const all = [
        ...Array.from({ length: SERVICES }, () => endpoint(random)),
        ...Array.from({ length: MARKS }, () => mark(random)),
      ];
      const added = [...new Map(all.map((one) => [one.key, one])).values()];
      // Marks come between the others.
      const mixed = added.map((_, i) => added[(i * 7) % added.length]!);
      await stage.director.rules(...mixed.map(({ key }) => `-A ${key} -s rr`));
      const list = await stage.director.ipvsadm('-Ln', '--nosort');
      return { added: mixed, shown: list.trimEnd().split('\n').slice(3) };
    },
    check: (_seen, { added, shown }) => {
      const seen = shown.join('\n');
      const orders = Array.from({ length: BUCKETS }, (_, key) =>
        inOrder(added, key)
          .map((one) => one.shown)
          .join('\n'),
      );
      // It is the one whose first service stands first, if there is one.
      const likely = orders.find((order) => order.startsWith(`${shown[0]}\n`)) ?? orders[0]!;
      const expected = orders.includes(seen) ? seen : likely;
      return outcome(
        added.length,
        `${counted(added.length, 'service')} in a list that is not sorted`,
        expectValues('Services are listed in no order of the kernel’s.', {
          'services that are listed': [added.length, new Set(shown).size],
          ...Object.fromEntries(
            expected
              .split('\n')
              .map((line, i) => [`line ${i + 1}`, [line, shown[i] ?? 'no line']] as const)
              .filter(([, [line, other]]) => line !== other)
              .slice(0, 5),
          ),
        }),
      );
    },
  }),
];
