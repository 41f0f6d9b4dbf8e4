/** Times calls that take nanoseconds: many of them make one sample, so that the cost of reading the clock is negligible. */
import { Bench } from 'tinybench';
import type { MicroFigure } from '../../reports/result-figures.ts';

/** Calls in one sample. */
const BATCH = 1000;
const SAMPLING_MS = 250;
const WARM_UP_MS = 100;

export interface Measured {
  readonly group: string;
  readonly name: string;
  /** One call; what it returns is kept, so that it cannot be optimised away. */
  readonly call: (i: number) => unknown;
  readonly reference?: { readonly name: string; readonly call: (i: number) => unknown };
  readonly goalNs?: number;
}

/** Times a call and its reference in turns within one benchmark; figures are medians in ns. */
export async function measure({ group, name, call, reference, goalNs }: Measured): Promise<Figure> {
  const bench = new Bench({ time: SAMPLING_MS, warmupTime: WARM_UP_MS });
  bench.add(name, batchOf(call));
  if (reference !== undefined) bench.add(reference.name, batchOf(reference.call));
  await bench.run();
  return {
    group,
    name,
    unit: 'ns',
    value: medianNs(bench, name),
    reference: reference && { name: reference.name, value: medianNs(bench, reference.name) },
    goal: goalNs,
  };
}

/** Times something that takes milliseconds, once a sample. */
export async function measureMs(
  what: Pick<Measured, 'group' | 'name' | 'reference'> & {
    readonly call: () => unknown;
    readonly goalMs?: number;
  },
): Promise<Figure> {
  const { group, name, call, reference, goalMs } = what;
  const bench = new Bench({ time: 4 * SAMPLING_MS, warmupTime: WARM_UP_MS });
  bench.add(name, () => keep(call()));
  if (reference !== undefined) bench.add(reference.name, () => keep(reference.call(0)));
  await bench.run();
  return {
    group,
    name,
    unit: 'ms',
    value: medianMs(bench, name),
    reference: reference && { name: reference.name, value: medianMs(bench, reference.name) },
    goal: goalMs,
  };
}

const kept: unknown[] = [undefined];

function keep(value: unknown): void {
  kept[0] = value;
}

function batchOf(call: (i: number) => unknown): () => void {
  let i = 0;
  return () => {
    let last: unknown;
    for (let n = 0; n < BATCH; n++) last = call(i++);
    keep(last);
  };
}

function medianNs(bench: Bench, name: string): number {
  return (medianMs(bench, name) * 1e6) / BATCH;
}

function medianMs(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (result === undefined || result.state !== 'completed') {
    const why = result?.state === 'errored' ? result.error.message : (result?.state ?? 'it is not there');
    throw new Error(`the benchmark "${name}" did not complete: ${why}`);
  }
  return result.latency.p50;
}

/** What a micro-benchmark found: one figure beside the figure of its reference in the same run. */

export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: MicroFigure['unit'];
  /** Something simple that does the same or less, measured beside it. */
  readonly reference: { readonly name: string; readonly value: number } | undefined;
  /** What the figure must not exceed. */
  readonly goal: number | undefined;
}

/** As a result file has it. @param deterministic Whether it is the same in every run. */
export function recorded({ reference, goal, ...figure }: Figure, deterministic: boolean): MicroFigure {
  return { ...figure, ...(reference && { reference }), ...(goal !== undefined && { goal }), deterministic };
}
