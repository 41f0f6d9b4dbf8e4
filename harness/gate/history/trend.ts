/** One benchmark in many runs: its ratios to the references, and the groups of runs in which they had one level. */
import type { HistoryRun, Trend } from '../../../reports/gate/history-document.ts';
import type { Result } from '../../../reports/result.ts';
import { groupsOf } from '../../../statistics/description-length.ts';
import { median } from '../../../statistics/quantiles.ts';
import { spreadOf } from '../timing/quotient.ts';
import { ASSUMED_RUN_SPREAD } from '../timing/runs.ts';
import { disturbanceOf, type Timing, timingsOf } from '../timing/timing.ts';

/**
 * Probability that a benchmark is divided where nothing changed, at most; with normal noise it is far less (a test counts).
 * A history is looked at after each run.
 */
const ALPHA = 0.01;

/** A benchmark of the last run, in every run that has it with the same references. */
export interface MeasuredSeries {
  readonly key: string;
  readonly title: string;
  readonly measured: readonly { readonly run: number; readonly timing: Timing }[];
  /** How many more there were, taken while others used the machine. */
  readonly disturbed: number;
}

/** @param results Oldest first. @param directors Only of these, if given. */
export function seriesOf(results: readonly Result[], directors?: readonly string[]): MeasuredSeries[] {
  const isWanted = ({ director }: { director: string }) => directors?.includes(director) ?? true;
  const now = results.at(-1)?.throughput.filter(isWanted) ?? [];
  const wanted = new Set(now.map(({ id }) => id));
  const timings = results.map(({ throughput }) => timingsOf(throughput));
  return [...(timings.at(-1)?.keys() ?? [])]
    .filter((key) => wanted.has(key))
    .map((key) => {
      const references = referencesOf(timings.at(-1)?.get(key));
      const found = timings.flatMap((one, run) => {
        const timing = one.get(key);
        return timing !== undefined && referencesOf(timing) === references ? [{ run, timing }] : [];
      });
      const measured = found.filter(
        ({ run }) => disturbanceOf(key, results[run]?.throughput ?? []) === undefined,
      );
      return {
        key,
        title: now.find(({ id }) => id === key)?.title ?? key,
        measured,
        disturbed: found.length - measured.length,
      };
    });
}

/** What a ratio is a ratio to. */
function referencesOf(timing: Timing | undefined): string {
  return Object.keys(timing?.against ?? {})
    .toSorted()
    .join(' ');
}

/** @param seriesCount Benchmarks that are looked at together. */
export function trendOf(
  { key, title, measured }: MeasuredSeries,
  runs: readonly HistoryRun[],
  seriesCount: number,
): Trend {
  const logs = measured.map(({ timing }) => Math.log(timing.ratio));
  const variances = measured.map(({ timing }) => spreadOf(timing) ** 2 / timing.turns);
  const groups = groupsOf(logs, {
    deviation: Math.sqrt(median(variances) + ASSUMED_RUN_SPREAD ** 2),
    seriesCount,
    alpha: ALPHA,
  });
  const higherIsBetter = measured.at(-1)?.timing.higherIsBetter ?? true;
  const [before, after] = groups.slice(-2);
  const trend = {
    key,
    title,
    higherIsBetter,
    points: measured.map(({ run, timing }) => ({ run, ratio: timing.ratio })),
    groups: groups.map(({ from, count, mean }) => ({ from, count, level: Math.exp(mean) })),
  };
  if (measured.length < 2) return { ...trend, answer: 'too few' };
  if (before === undefined || after === undefined) return { ...trend, answer: 'steady' };
  const gain = (after.mean - before.mean) * (higherIsBetter ? 1 : -1);
  return {
    ...trend,
    answer: gain < 0 ? 'worse' : 'better',
    lastChange: { run: runs[measured[after.from]!.run]!, timesAsGood: Math.exp(gain) },
  };
}
