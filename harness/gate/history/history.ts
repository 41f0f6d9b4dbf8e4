/** Trends over many runs: how each benchmark went, and where it changed. */
import type { HistoryReport, HistoryRun } from '../../../reports/gate/history-document.ts';
import { TREND_ANSWERS } from '../../../reports/gate/history-document.ts';
import { differencesOf } from '../../../reports/machine.ts';
import { EXIT_CODES, type Result } from '../../../reports/result.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { FoundResults } from './read-history.ts';
import { seriesOf, trendOf } from './trend.ts';

export interface HistoryOptions {
  /** Only so many of the latest runs. */
  readonly last: number;
  /** Only these; all that the last run measured if absent. */
  readonly directors?: readonly string[];
}

/** The runs that can be compared with the last one, benchmark by benchmark. */
export function historyOf(
  { results, unreadable }: FoundResults,
  { last, directors }: HistoryOptions,
): HistoryReport {
  const { newest, runs, leftOut } = comparable(results);
  const compared = runs.slice(-last);
  const heads = compared.map(headOf);
  const series = seriesOf(compared, directors);
  const trends = series
    .map((own) => trendOf(own, heads, series.length))
    .toSorted((a, b) => TREND_ANSWERS.indexOf(a.answer) - TREND_ANSWERS.indexOf(b.answer));
  const reasons = [
    ...(isTrusted(newest) ? [] : [`The last run, ${newest.run.id}, is ${newest.verdict.status}.`]),
    ...(trends.some(({ answer }) => answer !== 'too few')
      ? []
      : ['No benchmark was measured in two runs that can be compared.']),
  ];
  const isWorse = trends.some(({ answer }) => answer === 'worse');
  const status = reasons.length > 0 ? 'untrusted' : isWorse ? 'regression' : 'passed';
  const { machine, profile } = newest.run;
  return {
    format: 'lvs-lab history',
    schemaVersion: 1,
    status,
    exitCode: EXIT_CODES[status],
    reasons,
    runs: heads,
    machine,
    ...(profile !== undefined && { profile }),
    leftOut: [
      ...leftOut,
      ...told(unreadable, 'file is no result of this version', 'files are no results of this version'),
      ...told(
        runs.length - compared.length,
        'run is older than what was asked for',
        'runs are older than what was asked for',
      ),
      ...told(
        series.reduce((sum, { disturbed }) => sum + disturbed, 0),
        'timing was taken while other processes used the machine',
        'timings were taken while other processes used the machine',
      ),
    ],
    trends,
  };
}

/** The last run that measured anything, and those of its profile on a machine like its own whose verdict can be trusted. */
function comparable(results: readonly Result[]) {
  const measured = results.filter(({ throughput }) => throughput.length > 0);
  const newest = measured.at(-1) ?? results.at(-1)!;
  const without = Map.groupBy(measured, (one) => {
    if (!isTrusted(one)) return 'untrusted';
    if (one.run.profile !== newest.run.profile) return 'profile';
    return differencesOf(one.run.machine, newest.run.machine).length > 0 ? 'machine' : 'none';
  });
  const many = (reason: 'untrusted' | 'profile' | 'machine') => without.get(reason)?.length ?? 0;
  return {
    newest,
    runs: without.get('none') ?? [],
    leftOut: [
      ...told(results.length - measured.length, 'run measured no throughput', 'runs measured no throughput'),
      ...told(many('untrusted'), 'run cannot be trusted', 'runs cannot be trusted'),
      ...told(
        many('profile'),
        'run has another profile than the last',
        'runs have another profile than the last',
      ),
      ...told(many('machine'), 'run was made on another machine', 'runs were made on another machine'),
    ],
  };
}

function isTrusted({ verdict }: Result): boolean {
  return verdict.status === 'passed' || verdict.status === 'failed';
}

function headOf({ run: { id, version, startedAt, commit } }: Result): HistoryRun {
  return { id, version, startedAt, ...(commit !== undefined && { commit }) };
}

function told(number: number, one: string, many: string): string[] {
  return number === 0 ? [] : [`${counted(number, one, many)}.`];
}
