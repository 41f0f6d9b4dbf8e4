/** Whether a director that has run for long is as it was: what grows, and how much of it is more than chance. */
import type { Mode } from '../../lab/modes.ts';
import type { CaseResult } from '../../reports/result.ts';
import { commonSlope } from '../../statistics/slope.ts';
import type { SoakSample } from './sample.ts';

interface Measure {
  readonly name: string;
  readonly title: string;
  readonly requirement: string;
  readonly of: (sample: SoakSample) => number;
  /** In the unit of the text. */
  readonly text: (value: number) => string;
  /** Growth over the time that was judged which says nothing, given the mean. */
  readonly tolerated: (mean: number) => number;
}

const MIB = 1024 * 1024;

const MEASURES: readonly Measure[] = [
  {
    name: 'soak/memory',
    title: 'Memory does not grow',
    requirement: 'A director under steady traffic and changes needs no more memory later than at first.',
    of: ({ memoryBytes }) => memoryBytes,
    text: (value) => `${(value / MIB).toFixed(1)} MiB`,
    tolerated: (mean) => mean * 0.1,
  },
  {
    name: 'soak/descriptors',
    title: 'Open files do not grow',
    requirement: 'Changes of rules, control requests and connections leave no file, socket or program open.',
    of: ({ descriptors }) => descriptors,
    text: (value) => value.toFixed(1),
    tolerated: () => 1,
  },
  {
    name: 'soak/table',
    title: 'The connection table does not grow',
    requirement: 'Connections that have ended leave the table: two minutes later none of them is in it.',
    of: ({ connections }) => connections,
    text: (value) => value.toFixed(0),
    tolerated: (mean) => mean * 0.1 + 50,
  },
  {
    name: 'soak/latency',
    title: 'Latency does not grow',
    requirement: 'Requests on lasting connections are answered as fast later as at first.',
    of: ({ latencyMs }) => latencyMs,
    text: (value) => `${value.toFixed(2)} ms`,
    tolerated: (mean) => mean * 0.25 + 1,
  },
];

/** The beginning of each process's time does not count: what it needs is loaded, compiled and filled then. */
const WARM_UP = 0.25;
const FEWEST_SAMPLES = 8;
/** A TCP connection that has ended stays for two minutes (TIME_WAIT); a round takes some seconds. */
const LEAVES_WITHIN_MS = 135_000;

/** A case for each thing that might grow, and one for the requests. */
export function judgeSoak(
  samples: readonly SoakSample[],
  where: { readonly mode: Mode; readonly director: string; readonly scheduler: string },
): CaseResult[] {
  const counted = withoutWarmUp(samples.map((one) => withoutRecent(one, samples)));
  const common = { ...where, lab: 'live' as const, source: 'long runs', findings: [], findingsLeftOut: 0 };
  const cases = MEASURES.map(({ name, title, requirement, ...measure }) => ({
    ...common,
    id: `${where.mode}/${name}`,
    title,
    requirement,
    ...growthOf(measure, counted),
  }));
  return [...cases, { ...common, ...requestsOf(samples, where.mode) }];
}

/** Of the connections in the table those that began before they could be there for good reason. */
function withoutRecent(sample: SoakSample, all: readonly SoakSample[]): SoakSample {
  const recent = all.filter(
    ({ pid, atMs }) => pid === sample.pid && atMs <= sample.atMs && atMs > sample.atMs - LEAVES_WITHIN_MS,
  );
  const opened = recent.reduce((total, one) => total + one.opened, 0);
  return { ...sample, connections: Math.max(0, sample.connections - opened) };
}

function withoutWarmUp(samples: readonly SoakSample[]): SoakSample[] {
  const byProcess = [...Map.groupBy(samples, ({ pid }) => pid).values()];
  return byProcess.flatMap((own) => own.slice(Math.ceil(own.length * WARM_UP)));
}

type Outcome = Pick<CaseResult, 'status' | 'reason' | 'evidence' | 'examined' | 'findings'>;

function growthOf(
  { of, text, tolerated }: Pick<Measure, 'of' | 'text' | 'tolerated'>,
  samples: readonly SoakSample[],
): Outcome {
  const slope = commonSlope(samples.map((one) => ({ x: one.atMs, y: of(one), series: one.pid })));
  if (slope === undefined || samples.length < FEWEST_SAMPLES) {
    const reason = `${samples.length} samples after the beginning are too few to see a slope; at least ${FEWEST_SAMPLES} are needed`;
    return { status: 'error', reason, evidence: 'too little', examined: samples.length, findings: [] };
  }
  const spanMs = (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
  const average = samples.reduce((total, one) => total + of(one), 0) / samples.length;
  const [growth, low, high] = [slope.value, slope.low, slope.high].map((each) => each * spanMs) as [
    number,
    number,
    number,
  ];
  const limit = tolerated(average);
  const seen = `${text(average)} on average; over ${Math.round(spanMs / 1000)} s it grew by ${text(growth)} (${text(low)} to ${text(high)})`;
  const evidence = `${samples.length} samples: ${seen}; up to ${text(limit)} says nothing`;
  if (low <= limit) return { status: 'passed', evidence, examined: samples.length, findings: [] };
  const message = `It grows: ${seen}, where no more than ${text(limit)} may be chance.`;
  return { status: 'failed', evidence, examined: samples.length, findings: [{ message, fields: [] }] };
}

function requestsOf(samples: readonly SoakSample[], mode: Mode) {
  const requests = samples.reduce((total, one) => total + one.requests, 0);
  const errors = samples.reduce((total, one) => total + one.errors, 0);
  const outcome: Outcome = {
    status: requests === 0 ? 'error' : errors === 0 ? 'passed' : 'failed',
    evidence: `${requests} requests, ${errors} of them without a good answer`,
    examined: requests,
    findings:
      errors === 0 ? [] : [{ message: `${errors} of ${requests} requests got no good answer.`, fields: [] }],
    ...(requests === 0 && { reason: 'no request was made' }),
  };
  return {
    id: `${mode}/soak/requests`,
    title: 'Every request is answered',
    requirement: 'Rules that change, and servers that restart once they are drained, cost no request.',
    ...outcome,
  };
}
