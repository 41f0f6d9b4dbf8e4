/** Throughput of several columns: each beside its references, and each against the first column. */

import { comparedFigure } from '../../reports/compared-figure.ts';
import type { Attribute, Column, ComparedTiming, TimingCell } from '../../reports/comparison/document.ts';
import { differencesOf } from '../../reports/machine.ts';
import type { Result } from '../../reports/result.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import { judgeTimings, type TimingPair } from '../gate/timing/judge-timings.ts';
import { disturbanceOf, type Timing, timingOf } from '../gate/timing/timing.ts';
import { isIn } from './columns.ts';

/** Twenty percent: only where a difference of this size would have been detected does finding none mean that they are alike. */
const EFFECT = 0.2;

interface Found {
  readonly own: ThroughputResult;
  readonly result: Result;
}

export function compareThroughput(
  results: readonly Result[],
  columns: readonly Column[],
  by: readonly Attribute[],
): ComparedTiming[] {
  // It is measured with one scheduler.
  if (by.includes('scheduler')) return [];
  const measured = results.flatMap((result, run) =>
    result.throughput
      .map(comparedFigure)
      .filter(({ status, ratios }) => status === 'measured' && ratios.length > 0)
      .filter((own) => columns.some((column) => isIn(column, run, own)))
      .map((own) => ({ own, result, run })),
  );
  const groups = Map.groupBy(measured, ({ own }) =>
    by.includes('mode') ? own.measure : `${own.measure} ${own.mode}`,
  );
  const rows = Array.from(groups, ([key, group]) => {
    const found = columns.map((column) => group.find(({ own, run }) => isIn(column, run, own)));
    return { key, found, references: sharedReferences(found) };
  });
  const timings = rows.map(({ found, references }) =>
    found.map((one) => one && timingBeside(one, references)),
  );
  const pairs = rows.flatMap(({ found }, row) =>
    pairsIn(found, timings[row] ?? []).map((pair) => ({ ...pair, row })),
  );
  const answers = judgeTimings(pairs, { runs: 1 }, EFFECT);
  return rows.map(({ key, found, references }, row) => {
    const { title, unit, higherIsBetter } = found.find((one) => one !== undefined)!.own;
    const cells = found.map((one, column): TimingCell | undefined => {
      if (one === undefined) return undefined;
      const timing = timings[row]?.[column];
      const against = answers[pairs.findIndex((pair) => pair.row === row && pair.column === column)];
      const isDisturbed = disturbanceOf(one.own.id, one.result.throughput) !== undefined;
      return {
        geometricMean: one.own.geometricMean,
        isDisturbed,
        ...(timing && { timing }),
        ...(against && { against }),
      };
    });
    return { key, title, unit, higherIsBetter, references, cells };
  });
}

function sharedReferences(found: readonly (Found | undefined)[]): string[] {
  const sets = found.flatMap((one) =>
    one === undefined ? [] : [one.own.ratios.map(({ reference }) => reference)],
  );
  return (sets[0] ?? []).filter((name) => sets.every((set) => set.includes(name)));
}

function timingBeside({ own, result }: Found, references: readonly string[]): Timing | undefined {
  if (references.length === 0) return undefined;
  const timing = timingOf(own, result.throughput.map(comparedFigure), references);
  return typeof timing === 'string' ? undefined : timing;
}

/** The first column that has a ratio, with each of the others whose machine is like its own. */
function pairsIn(
  found: readonly (Found | undefined)[],
  timings: readonly (Timing | undefined)[],
): (TimingPair & { readonly column: number })[] {
  const first = timings.findIndex((timing) => timing !== undefined);
  const before = timings[first];
  const machine = found[first]?.result.run.machine;
  if (before === undefined || machine === undefined) return [];
  return timings.flatMap((after, column) => {
    const other = found[column]?.result.run.machine;
    if (column === first || after === undefined || other === undefined) return [];
    return differencesOf(machine, other).length > 0 ? [] : [{ before, after, column }];
  });
}
