/** What the words and signs in tables of throughput mean. */
import { CONFIDENCE, FEWEST_FOR_INTERVAL } from '../../statistics/interval.ts';
import { percent } from '../../statistics/number-text.ts';
import { isLimit, LIMITS } from '../limits.ts';
import { isDisturbed, NOISE_SIGN } from '../noise.ts';
import type { ThroughputResult } from '../result-figures.ts';

export interface Meaning {
  readonly term: string;
  readonly meaning: string;
}

const RATIOS: Meaning = {
  term: 'ratio',
  meaning: `geometric mean of the turns’ ratios, so it follows from the geometric means; (low–high): ${percent(CONFIDENCE)} confidence interval, given from ${FEWEST_FOR_INTERVAL} turns on`,
};

const TURNS: readonly Meaning[] = [
  {
    term: 'turns',
    meaning:
      'how often each was measured, alternating with the others; a turn in which nothing came through does not count',
  },
  { term: 'p50, p99, max', meaning: 'latency over the requests of all turns together' },
  {
    term: 'CPU',
    meaning:
      'time used, of one core: 200 % are two cores; softirq: the kernel’s work outside of processes; others: everything on the machine but generator, director and servers, softirq included, as far as ticks of 10 ms make that certain',
  },
];

const LOST: Meaning = {
  term: 'frames lost',
  meaning:
    'of all that were offered while rates were tried, those that were too high included: on the link to the machine, which had no room, and in the machine or behind it',
};

/** Of a whole table of one measure, with turns and CPU time. */
export function fullLegend(results: readonly ThroughputResult[]): Meaning[] {
  const lost = results.some((one) => one.lost !== undefined) ? [LOST] : [];
  return [RATIOS, ...TURNS, ...lost, ...limitMeanings(results), ...noiseMeaning(results)];
}

/** Of a table of ratios. @param all With those of the references. */
export function ratioLegend(own: readonly ThroughputResult[], all: readonly ThroughputResult[]): Meaning[] {
  return [RATIOS, ...limitMeanings(own), ...noiseMeaning(all)];
}

/** Those that occur. */
function limitMeanings(results: readonly ThroughputResult[]): Meaning[] {
  const found = new Set(results.map(({ bottleneck }) => bottleneck));
  return [...found].filter(isLimit).map((limit) => ({ term: `limited by ${limit}`, meaning: LIMITS[limit] }));
}

function noiseMeaning(results: readonly ThroughputResult[]): Meaning[] {
  return results.some(isDisturbed) ? [{ term: NOISE_SIGN, meaning: NOISE_SENTENCE }] : [];
}

/** Below every table and chart with a figure that was disturbed. */
export const NOISE_SENTENCE = 'measured while other processes used the machine: treat as unreliable';

export function meaningText({ term, meaning }: Meaning): string {
  return `${term}: ${meaning}`;
}
