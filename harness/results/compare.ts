/** Runs set side by side: where their verdicts differ, their figures, and which of their timings differ for sure. */
import {
  type Attribute,
  type Column,
  type FairnessRow,
  type Row,
  type SideBySide,
  UNSUPPORTED,
} from '../../reports/comparison/document.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import { isUnsupported } from '../../reports/tables/directors.ts';
import { columnsOf, isIn, type Origin, rest } from './columns.ts';
import { compareThroughput } from './compare-throughput.ts';

/**
 * @param by What columns are of, besides a run and a director.
 * @param directors Names of those that have columns, in this order; all if absent.
 */
export function compare(
  results: readonly Result[],
  by: readonly Attribute[],
  directors?: readonly string[],
): SideBySide {
  const columns = columnsOf(results, by, directors);
  const cases = caseRows(results, columns, by);
  // What a director does not support it has no outcome of.
  const different = cases.filter(({ values }) => new Set(values.filter(isOutcome)).size > 1);
  const partial = cases.filter((row) => !different.includes(row) && !row.values.every(isOutcome));
  return {
    format: 'lvs-lab comparison',
    schemaVersion: 1,
    runs: results.map(({ run, verdict }) => {
      const { shard: _, durationMs: __, ...known } = run;
      return { ...known, verdict: verdict.status };
    }),
    columns,
    counts: columns.map((_, i) => countsOf(cases.map(({ values }) => values[i]))),
    cases: { alike: cases.length - different.length - partial.length, different, partial },
    fairness: fairnessRows(results, columns, by),
    throughput: compareThroughput(results, columns, by),
  };
}

function caseRows(
  results: readonly Result[],
  columns: readonly Column[],
  by: readonly Attribute[],
): Row<string>[] {
  const items = results.flatMap(({ cases, directors }, run) =>
    cases.map((one) => ({
      run,
      origin: one,
      key: keyOf(one.id, one, by),
      title: one.title,
      value: outcomeOf(one, directors),
    })),
  );
  return rows(items, columns);
}

function fairnessRows(
  results: readonly Result[],
  columns: readonly Column[],
  by: readonly Attribute[],
): FairnessRow[] {
  const items = results.flatMap(({ fairness }, run) =>
    fairness.flatMap((one) =>
      Object.entries(one.figures).map(([figure, value]) => ({
        run,
        origin: one,
        key: `${keyOf(one.id, one, by)} ${figure}`,
        title: one.title,
        value,
        about: { situation: one.situation, figure },
        connections: one.sample.connections,
      })),
    ),
  );
  const about = new Map(items.map((item) => [item.key, item.about]));
  const sizes = rows(
    items.map((item) => ({ ...item, value: item.connections })),
    columns,
  );
  return rows(items, columns).map((row, i) => ({
    ...row,
    ...about.get(row.key)!,
    connections: sizes[i]?.values ?? [],
  }));
}

/** What a row is of: an id without what its columns say (`reply/source`), and what else tells it from others. */
function keyOf(id: string, origin: Origin, by: readonly Attribute[]): string {
  const parts = id.split('/').filter((part) => !by.includes('mode') || part !== origin.mode);
  // Ids of fairness results end in the scheduler.
  if (by.includes('scheduler') && parts.at(-1) === origin.scheduler) parts.pop();
  const others = rest(origin, by).filter((part) => !parts.includes(part));
  return parts.join('/') + (others.length > 0 ? ` (${others.join(' ')})` : '');
}

interface Item<Value> {
  readonly run: number;
  readonly origin: Origin;
  readonly key: string;
  readonly title: string;
  readonly value: Value;
}

function rows<Value>(items: readonly Item<Value>[], columns: readonly Column[]): Row<Value>[] {
  const shown = items.filter(({ run, origin }) => columns.some((column) => isIn(column, run, origin)));
  return Array.from(
    Map.groupBy(shown, ({ key }) => key),
    ([key, own]) => ({
      key,
      title: own[0]?.title ?? '',
      values: columns.map((column) => own.find(({ run, origin }) => isIn(column, run, origin))?.value),
    }),
  );
}

function outcomeOf(one: CaseResult, directors: Result['directors']): string {
  const features = directors.find(({ name }) => name === one.director)?.features;
  return isUnsupported(one, features) ? UNSUPPORTED : one.status;
}

function isOutcome(value: string | undefined): boolean {
  return value !== undefined && value !== UNSUPPORTED;
}

function countsOf(statuses: readonly (string | undefined)[]): SideBySide['counts'][number] {
  const count = (status: string) => statuses.filter((one) => one === status).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    error: count('error'),
    unsupported: count(UNSUPPORTED),
  };
}
