/** What a flood of SYNs must not do to established connections and to the director. */
import type { Mode } from '../../lab/modes.ts';
import type { CaseResult } from '../../reports/result.ts';
import { ascending, quantile } from '../../statistics/quantiles.ts';
import type { FloodRecord, Phase } from './sample.ts';

/** How much later the slowest answers of established connections may come. */
const TOLERATED_DELAY_MS = 20;
/** Entries that do not count as left behind by the flood. */
export const DRAINED = 100;
/**
 * Of the memory that a flood has taken, what may stay: compiled code, the compiler's memory and the beginning of the table,
 * which were 8 to 23 MiB in runs of half a million SYNs, and a part.
 */
const KEPT_MEMORY = 0.25;
const KEPT_BYTES = 32 << 20;

export interface FloodPlace {
  readonly mode: Mode;
  readonly director: string;
  readonly scheduler: string;
}

type Outcome = Pick<CaseResult, 'status' | 'evidence' | 'examined' | 'findings'> & {
  readonly reason?: string;
};

export function judgeFlood(record: FloodRecord, where: FloodPlace): CaseResult[] {
  const common = { ...where, lab: 'live' as const, source: 'floods', findingsLeftOut: 0 };
  return [
    {
      ...common,
      id: `${where.mode}/flood/established`,
      title: 'Established connections outlast a flood of SYNs',
      requirement: 'No established connection is reset or left without an answer by a flood of new ones.',
      ...establishedOf(record),
    },
    {
      ...common,
      id: `${where.mode}/flood/latency`,
      title: 'Established connections go first',
      requirement: `During a flood the 99th percentile of answers to established connections comes at most ${TOLERATED_DELAY_MS} ms later than before it.`,
      ...latencyOf(record),
    },
    ...(record.isDrainAwaited
      ? [
          {
            ...common,
            id: `${where.mode}/flood/table`,
            title: 'The table drains',
            requirement:
              'When the time of half-open connections is up, none of a flood is left in the table.',
            ...drainOf(record),
          },
          {
            ...common,
            id: `${where.mode}/flood/memory`,
            title: 'Memory goes back',
            requirement: 'Memory that a flood has taken is given back once the table has drained.',
            ...memoryOf(record),
          },
        ]
      : []),
  ];
}

/** @param fraction Such as 0.99. */
export function latencyIn({ samples }: Pick<FloodRecord, 'samples'>, phase: Phase, fraction: number): number {
  const all = samples.filter((one) => one.phase === phase).flatMap(({ latenciesMs }) => latenciesMs);
  return quantile(ascending(all), fraction);
}

function establishedOf({ samples, established, lost, sentFrames }: FloodRecord): Outcome {
  if (sentFrames === 0) return unjudged('no SYN was sent');
  const most = Math.max(0, ...samples.map(({ connections }) => connections));
  return outcome(
    lost === 0,
    established,
    `${lost} of ${established} connections were lost beside ${sentFrames} SYNs; at most ${most} entries in the table`,
  );
}

function latencyOf(record: FloodRecord): Outcome {
  const answers = (phase: Phase) =>
    record.samples.reduce((sum, one) => sum + (one.phase === phase ? one.latenciesMs.length : 0), 0);
  if (answers('before') === 0) return unjudged('no request was answered before the flood');
  const [before, during] = [latencyIn(record, 'before', 0.99), latencyIn(record, 'during', 0.99)];
  return outcome(
    answers('during') > 0 && during - before <= TOLERATED_DELAY_MS,
    answers('during'),
    `p99 ${before.toFixed(1)} ms before, ${during.toFixed(1)} ms during the flood, of ${answers('during')} requests`,
  );
}

function drainOf({ samples, established }: FloodRecord): Outcome {
  const left = samples.at(-1)?.connections ?? 0;
  return outcome(left <= established + DRAINED, samples.length, `${left} entries were left`);
}

function memoryOf({ samples }: FloodRecord): Outcome {
  const before = samples.filter(({ phase }) => phase === 'before').at(-1)?.memoryBytes;
  if (before === undefined) return unjudged('memory was not looked at before the flood');
  const most = Math.max(...samples.map(({ memoryBytes }) => memoryBytes));
  const last = samples.at(-1)?.memoryBytes ?? most;
  const tolerated = Math.max(KEPT_BYTES, (most - before) * KEPT_MEMORY);
  const text = [before, most, last, before + tolerated].map(
    (bytes) => `${Math.round(bytes / (1 << 20))} MiB`,
  );
  return outcome(
    last - before <= tolerated,
    samples.length,
    `${text[0]} before the flood, ${text[1]} at its height, ${text[2]} at the end; ${text[3]} are allowed then`,
  );
}

function outcome(holds: boolean, examined: number, seen: string): Outcome {
  if (holds) return { status: 'passed', evidence: seen, examined, findings: [] };
  return { status: 'failed', evidence: seen, examined, findings: [{ message: `${seen}.`, fields: [] }] };
}

function unjudged(reason: string): Outcome {
  return { status: 'error', reason, evidence: 'nothing', examined: 0, findings: [] };
}
