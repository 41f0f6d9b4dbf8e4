/** How even the tables of the hashing schedulers are, and how many slots change hands when servers go. */

import { evennessOf } from '../../../statistics/evenness.ts';
import { count, counted, statedPercent } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel } from '../../kit/requirement.ts';
import { disruptionOf } from '../figures/moves.ts';
import { maglevSlots, sourceHashBuckets, type Table } from '../memory/tables.ts';
import { memoryResult } from '../results/memory.ts';
import type { Series, SituationResult } from '../results/result.ts';
import {
  type Contender,
  contenders,
  type MemoryOptions,
  type MemoryScenario,
  type ProfileName,
} from '../scenario.ts';

/**
 * 4,093 is the size that the director and common kernels use; 65,521 the kernel's for table index 16; 65,537 and 655,373
 * are the paper's.
 */
const MAGLEV_SIZES: Readonly<Record<ProfileName, readonly number[]>> = {
  quick: [4_093],
  default: [4_093, 65_521, 65_537],
  full: [4_093, 65_521, 65_537, 655_373],
};
const FLEETS = [10, 100, 1_000];
/** Shares of all servers that go at once. */
const LOSSES = [0.001, 0.01, 0.02, 0.05, 0.1];
const SH_BUCKETS = 256;

interface Case {
  readonly label: string;
  readonly size: number;
  readonly build: (servers: readonly number[]) => Table;
}

/** How the tables of each scheduler are built that has one. */
const TABLES: Readonly<Record<string, (profile: ProfileName) => readonly Case[]>> = {
  sh: () => [{ label: 'sh', size: SH_BUCKETS, build: sourceHashBuckets }],
  mh: (profile) =>
    MAGLEV_SIZES[profile].map((size) => ({
      label: `mh-${size}`,
      size,
      build: (servers) => maglevSlots(servers, size),
    })),
};

export const tables: MemoryScenario = {
  kind: 'memory',
  name: 'tables',
  title: 'Tables of hashing schedulers',
  question: 'How even is the table, and how many clients are moved when servers go?',
  sources: [kernel('source hashing, §2.13'), kernel('Maglev hashing, §2.14')],
  contenders: contenders(...Object.keys(TABLES)),
  withServers: 'It has fleets of its own, of 10 to 1,000 servers.',
  sameInEveryMode: 'A table is made of the servers’ addresses and weights; no packet takes part.',
  run: (options) =>
    options.contenders.flatMap((contender) =>
      (TABLES[contender.scheduler]?.(options.profile) ?? []).flatMap((one) =>
        FLEETS.map((servers) => result(contender, one, servers, options)),
      ),
    ),
};

function result(
  contender: Contender,
  one: Case,
  servers: number,
  { mode, director, seed }: MemoryOptions,
): SituationResult {
  const everybody = Array.from({ length: servers }, (_, server) => server);
  const weights = everybody.map(() => 1);
  const table = one.build(everybody);
  const counts = countsOf(table, servers);
  const losses = lossesOf(one, table, everybody, new RandomNumbers(seed, `${one.label} of ${servers}`));
  const single = losses[0] as Loss;
  const without = counts.filter((slots) => slots === 0).length;
  const evenness = evennessOf(counts, weights);
  const made = memoryResult({
    scenario: tables,
    contender,
    mode,
    director,
    weights,
    decisions: table,
    // Nothing is drawn: a table is what it is.
    sample: { connections: 0, tests: [] },
    verdict: {
      findings: [],
      isShown: true,
      figures: {
        ...evenness,
        serversWithoutSlots: without,
        forcedSlots: single.forced,
        needlessSlots: single.needless,
      },
      series: [disruptionSeries(losses)],
      conclusion:
        `With ${count(one.size)} slots and ${counted(servers, 'server')} the fullest has ${evenness.maxOverAverage.toFixed(3)} times the average` +
        (without > 0 ? `, and ${without} have nothing at all` : '') +
        `. When one server goes, ${statedPercent(single.forced)} of the slots must change and ${statedPercent(single.needless)} more do.`,
    },
  });
  return { ...made, id: `fairness/tables/${mode}/${one.label}-of-${servers}` };
}

interface Loss {
  readonly gone: number;
  readonly forced: number;
  readonly needless: number;
}

function lossesOf(one: Case, table: Table, servers: readonly number[], random: RandomNumbers): Loss[] {
  const amounts = [...new Set(LOSSES.map((share) => Math.max(1, Math.round(share * servers.length))))];
  return amounts.map((gone) => {
    const lost = new Set<number>();
    while (lost.size < gone) lost.add(random.below(servers.length));
    const left = servers.filter((server) => !lost.has(server));
    return { gone: gone / servers.length, ...disruptionOf(table, one.build(left), lost) };
  });
}

function disruptionSeries(losses: readonly Loss[]): Series {
  return {
    name: 'disruption',
    xLabel: 'share of servers that go',
    yLabel: 'share of slots that change',
    x: losses.map(({ gone }) => gone),
    lines: {
      'had to': losses.map(({ forced }) => forced),
      needlessly: losses.map(({ needless }) => needless),
    },
  };
}
