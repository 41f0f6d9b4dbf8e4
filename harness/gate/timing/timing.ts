/** One benchmark of a run: a director beside its references, turn by turn. */

import { z } from 'zod';
import { DISTURBING_CORES } from '../../../reports/noise.ts';
import type { ThroughputResult } from '../../../reports/result-figures.ts';
import { pairedRatio } from '../../../statistics/interval.ts';
import { countedOf } from '../../../statistics/number-text.ts';

/** Absolute figures belong to one machine at one time; what is kept is how the director did beside its references. */
export const timingSchema = z.strictObject({
  measure: z.string(),
  higherIsBetter: z.boolean(),
  /** The director's value divided by the geometric mean of its references', as a geometric mean over the turns. */
  ratio: z.number().positive(),
  /** Its confidence interval (95 %), from the spread between turns. */
  low: z.number().positive(),
  high: z.number().positive(),
  turns: z.int().min(2),
  /** The same ratio against each reference by itself: shows whether it was a reference that changed. */
  against: z.record(z.string(), z.number().positive()),
});

export type Timing = z.infer<typeof timingSchema>;

/** Every benchmark that has a ratio, by id. References by themselves are no benchmarks. */
export function timingsOf(results: readonly ThroughputResult[]): Map<string, Timing> {
  return new Map(
    results
      .filter(({ ratios }) => ratios.length > 0)
      .map((own) => [own.id, timingOf(own, results)] as const)
      .filter((entry): entry is [string, Timing] => typeof entry[1] !== 'string'),
  );
}

/**
 * One benchmark, beside the references given or all that it was measured with.
 *
 * @returns why there is no ratio, where there is none.
 */
export function timingOf(
  own: ThroughputResult,
  results: readonly ThroughputResult[],
  against: readonly string[] = own.ratios.map(({ reference }) => reference),
): Timing | string {
  if (own.status !== 'measured') return `${own.status}: ${own.reason ?? 'no reason was given'}`;
  const nothing = own.samples.filter((value) => value <= 0).length;
  if (nothing > 0) return `nothing came through in ${countedOf(nothing, own.samples.length, 'turn')}`;
  const references = against.map((name) => ({ name, samples: samplesOf(name, own, results) }));
  const missing = references.filter(
    ({ samples }) => samples.length === 0 || samples.some((value) => value <= 0),
  );
  if (missing.length > 0) return `there was no ${missing.map(({ name }) => name).join(', no ')} beside it`;
  const together = pairedRatio(own.samples, geometricMeans(references.map(({ samples }) => samples)));
  if (together === undefined) return 'there were fewer than two turns, which show no spread';
  return {
    measure: own.measure,
    higherIsBetter: own.higherIsBetter,
    ratio: together.value,
    low: together.low,
    high: together.high,
    turns: together.samples,
    against: Object.fromEntries(
      references.map(({ name, samples }) => [name, pairedRatio(own.samples, samples)?.value ?? 0]),
    ),
  };
}

/**
 * Cores that others kept busy while a benchmark or one of its references was measured, or that the host of this machine
 * took away: a process of its own is held up by it, and what the kernel does in passing is not. Undefined where that was
 * next to nothing.
 */
export function disturbanceOf(id: string, results: readonly ThroughputResult[]): number | undefined {
  const own = results.find((one) => one.id === id);
  const beside = results.filter(({ measure, mode }) => measure === own?.measure && mode === own.mode);
  const cores = Math.max(0, ...beside.map(({ cpu }) => cpu.others ?? 0));
  return cores > DISTURBING_CORES ? cores : undefined;
}

function samplesOf(
  name: string,
  { measure, mode }: ThroughputResult,
  results: readonly ThroughputResult[],
): readonly number[] {
  const found = results.find(
    (one) =>
      one.measure === measure && one.mode === mode && one.director === name && one.status === 'measured',
  );
  return found?.samples ?? [];
}

/** Turn by turn. */
function geometricMeans(samples: readonly (readonly number[])[]): number[] {
  const turns = Math.min(...samples.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) =>
    Math.exp(samples.reduce((sum, values) => sum + Math.log(values[turn] as number), 0) / samples.length),
  );
}
