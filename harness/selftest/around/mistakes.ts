/**
 * Mistakes that can be made around any director, whatever it is made of: in the rules on their way to it, in what it answers,
 * and in the packets that leave it.
 */
import type { Topology } from '../../../lab/index.ts';
import type { FeatureName } from '../../../scenarios/features.ts';

export interface Mistake {
  readonly id: string;
  /** What is wrong, as a sentence. */
  readonly sentence: string;
  /** What a director must declare, lest the mistake make no difference. */
  readonly needs: readonly FeatureName[];
  /** Beginnings of the cases, below the mode, that are there for such a mistake. */
  readonly cases: readonly string[];
  /** What the director is told in the place of a rule; nothing if undefined. */
  readonly rule?: (line: string, topology: Topology) => string | undefined;
  /** Whether it says yes to what it does not support. */
  readonly takesAll?: boolean;
  /** Whether marks, or settings, are accepted and nothing is done. */
  readonly ignores?: 'mark' | 'set';
  /** Whether a reset takes away the rules alone. */
  readonly keepsConnections?: boolean;
  /** What is printed in the place of what `ipvsadm WORDS` prints. */
  readonly print?: (words: readonly string[], text: string) => string;
  /** What nftables does to each packet that leaves it. */
  readonly packets?: string;
}

const HIGHEST_PORT = 65_535;

const END_TO_END = { needs: ['end-to-end'] } as const;

export const MISTAKES: readonly Mistake[] = [
  {
    ...END_TO_END,
    id: 'server-lost',
    sentence: 'The last of the real servers never gets into its rules.',
    cases: ['request/many-clients', 'scheduler/', 'request/each-server'],
    rule: (line, { realServers }) =>
      line.startsWith('-a ') && line.includes(` ${realServers.at(-1)?.rip}:`) ? undefined : line,
  },
  {
    id: 'udp-lost',
    sentence: 'Services of UDP are accepted and not balanced.',
    needs: ['protocol/udp', 'end-to-end'],
    cases: ['conversation/udp', 'request/ports'],
    rule: (line) => (/^-[Aa] -u /.test(line) ? undefined : line),
  },
  {
    id: 'server-port-off',
    sentence: 'Requests go to the port after the one that the rule says.',
    needs: ['mode/nat', 'end-to-end'],
    cases: ['request/ports', 'request/service-ports', 'rules/server-port'],
    rule: (line) =>
      line.replace(/( -r [\d.]+:)(\d+)/, (_, server, port) => server + ((Number(port) % HIGHEST_PORT) + 1)),
  },
  {
    id: 'weights-lost',
    sentence: 'Every server has the weight 1.',
    needs: ['scheduler/wrr', 'end-to-end'],
    cases: ['scheduler/wrr/'],
    rule: (line) => line.replace(/ -w [1-9]\d*/, ' -w 1'),
  },
  {
    id: 'edits-lost',
    sentence: 'Servers that are deleted or changed stay as they were.',
    needs: ['edits', 'end-to-end'],
    cases: [
      'rules/changed-at-once',
      'rules/edit-replaces',
      'rules/cleared',
      'scheduler/any/',
      'scheduler/rr/edited',
    ],
    rule: (line) => (/^-[deDEC]\b/.test(line) ? undefined : line),
  },
  {
    id: 'persistence-lost',
    sentence: 'A persistent service is accepted and keeps no client with its server.',
    needs: ['persistence', 'end-to-end'],
    cases: ['persistence/'],
    rule: (line) => line.replace(/ -p \d+( -M [\d.]+)?/, ''),
  },
  {
    id: 'one-packet-lost',
    sentence: 'Datagrams of a one-packet service follow their flow.',
    needs: ['one-packet', 'end-to-end'],
    cases: ['one-packet/'],
    rule: (line) => line.replace(/ -o\b/, ''),
  },
  {
    id: 'thresholds-lost',
    sentence: 'Thresholds are accepted and not kept.',
    needs: ['thresholds', 'end-to-end'],
    cases: ['threshold/'],
    rule: (line) => line.replace(/ -[xy] \d+/g, ''),
  },
  {
    id: 'marks-lost',
    sentence: 'No packet ever carries a firewall mark.',
    needs: ['marks', 'end-to-end'],
    cases: ['marks/'],
    ignores: 'mark',
  },
  {
    id: 'settings-lost',
    sentence: 'Settings are accepted and stay what they were.',
    needs: ['settings', 'end-to-end'],
    cases: ['deleted/', 'persistence/'],
    ignores: 'set',
  },
  {
    id: 'takes-everything',
    sentence: 'What it does not declare it accepts, and does nothing.',
    needs: [],
    cases: ['unsupported/'],
    takesAll: true,
  },
  {
    ...END_TO_END,
    id: 'connections-kept',
    sentence: 'A reset takes away the rules, and connections stay.',
    cases: ['reset/'],
    keepsConnections: true,
  },
  {
    id: 'counters-still',
    sentence: 'All counters are printed as 0.',
    needs: ['counters'],
    cases: ['counters/'],
    print: (words, text) =>
      words.some((word) => ['--stats', '--rate'].includes(word))
        ? text.replace(/ [\d.]+[KMGT]?\b(?!:)(?=( +\d+[KMGT]?)* *$)/gm, zeroed)
        : text,
  },
  {
    ...END_TO_END,
    id: 'packets-lost',
    sentence: 'Every tenth packet is lost.',
    cases: ['conversation/', 'request/many', 'reply/many'],
    packets: 'meta protocol ip numgen inc mod 10 == 9 drop',
  },
  {
    ...END_TO_END,
    id: 'ttl-lost',
    sentence: 'Packets leave with a TTL of 200, whatever they came with.',
    cases: ['request/ttl', 'reply/ttl', 'outer/ttl'],
    packets: 'ip ttl set 200',
  },
  {
    ...END_TO_END,
    id: 'tos-lost',
    sentence: 'Packets leave without their DSCP.',
    cases: ['request/tos', 'reply/tos', 'outer/tos'],
    packets: 'ip dscp set cs0',
  },
  {
    ...END_TO_END,
    id: 'dont-fragment-lost',
    sentence: 'Packets that must not be fragmented leave as if they might.',
    cases: ['request/dont-fragment', 'reply/dont-fragment', 'outer/dont-fragment'],
    packets: 'ip frag-off 0x4000 ip frag-off set 0',
  },
  {
    ...END_TO_END,
    id: 'identification-lost',
    sentence: 'All packets leave with the same identification.',
    cases: ['request/identification', 'reply/identification'],
    packets: 'ip id set 1',
  },
];

/** A number with the blanks before it, as a 0 in the same place. */
function zeroed(text: string): string {
  return '0'.padStart(text.length);
}

/** @param prefixes Of names; all are meant if there are none. */
export function selectMistakes(prefixes: readonly string[]): Mistake[] {
  return MISTAKES.filter(({ id }) => prefixes.length === 0 || prefixes.some((one) => id.startsWith(one)));
}
