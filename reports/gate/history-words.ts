/** What every report of a history says, in the same words. */
import { counted, percent } from '../../statistics/number-text.ts';
import { type Table, tableOf } from '../table.ts';
import { type HistoryReport, type HistoryRun, TREND_ANSWERS, type Trend } from './history-document.ts';

/** `Worse than before: 2 of 40 benchmarks` */
export function historyHeadline({ status, trends }: HistoryReport): string {
  switch (status) {
    case 'passed':
      return 'No benchmark got worse';
    case 'regression': {
      const worse = trends.filter(({ answer }) => answer === 'worse').length;
      return `Worse than before: ${worse} of ${counted(trends.length, 'benchmark')}`;
    }
    case 'untrusted':
      return 'Untrusted: nothing is proven';
  }
}

/** `12 runs of profile quick on Example CPU with 2 cores, 2026-03-01 to 2026-03-12` */
export function historyScope({ runs, profile, machine }: HistoryReport): string {
  const [first, last] = [runs[0], runs.at(-1)];
  const days = first === undefined || last === undefined ? '' : `, ${dayOf(first)} to ${dayOf(last)}`;
  const kind = profile === undefined ? '' : ` of profile ${profile}`;
  return `${counted(runs.length, 'run')}${kind} on ${machine.cpu} with ${counted(machine.cores, 'core')}${days}`;
}

/** `2 worse, 1 better, 37 steady` */
export function trendCounts(trends: readonly Trend[]): string {
  return TREND_ANSWERS.flatMap((answer) => {
    const many = trends.filter((one) => one.answer === answer).length;
    return many === 0 ? [] : [`${many} ${answer}`];
  }).join(', ');
}

/** `0.52 → 0.41` */
export function levelsText({ groups }: Trend): string {
  return groups.map(({ level }) => level.toPrecision(3)).join(' → ');
}

/** `21.2 % worse` */
export function changeText({ lastChange }: Trend): string {
  if (lastChange === undefined) return '';
  const { timesAsGood } = lastChange;
  return timesAsGood < 1 ? `${percent(1 - timesAsGood)} worse` : `${percent(timesAsGood - 1)} better`;
}

/** `2026-03-04, run 20260304T120000-7f3a, version 0.2.0, commit 1234567` */
export function runText(run: HistoryRun): string {
  const commit = run.commit === undefined ? '' : `, commit ${run.commit.slice(0, COMMIT_CHARACTERS)}`;
  return `${dayOf(run)}, run ${run.id}, version ${run.version}${commit}`;
}

const COMMIT_CHARACTERS = 10;

function dayOf({ startedAt }: HistoryRun): string {
  return startedAt.slice(0, 10);
}

/** A row for each benchmark. */
export function trendsTable(trends: readonly Trend[]): Table {
  return tableOf<Trend>(
    [
      { heading: 'benchmark', isCode: true, cell: ({ key }) => key.replace(/^throughput\//, '') },
      { heading: 'runs', align: 'right', cell: ({ points }) => String(points.length) },
      { heading: 'ratio to references', cell: levelsText },
      {
        heading: 'last change',
        cell: (one) => ({
          text: changeText(one) || one.answer,
          ...(one.answer === 'worse' && { emphasis: 'bad' }),
        }),
      },
      { heading: 'since', wraps: true, cell: ({ lastChange }) => lastChange && runText(lastChange.run) },
    ],
    trends,
  );
}

/** What the table means. */
export const TRENDS_NOTE =
  'Ratio to references: the director’s value divided by what was measured in turns with it, a level for each group of runs.';
