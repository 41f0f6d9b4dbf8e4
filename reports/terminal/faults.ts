import { cut, plain, wrap } from '../columns.ts';
import type { Result } from '../result.ts';
import { SYMBOLS } from '../status.ts';
import { FAULTS_LEGEND, faultLabels, faultProblems, faultsTable, faultsTally } from '../tables/faults.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { wideTableLines } from './table.ts';

/**
 * What became of traffic while something failed: every promise that was broken or could not be judged, and what it comes to.
 *
 * @param isInFull With the table.
 */
export function faultLines(
  { faults = [] }: Pick<Result, 'faults'>,
  screen: Screen,
  isInFull: boolean,
): string[] {
  if (faults.length === 0) return [];
  const problems = faultProblems(faults);
  const mark =
    problems.length === 0 ? screen.paint('green', SYMBOLS.passed) : screen.paint('red', SYMBOLS.failed);
  return [
    ...(isInFull
      ? [
          ...wideTableLines(faultsTable(faults), screen, faultLabels(faults)),
          ...FAULTS_LEGEND.flatMap(noteLines),
          '',
        ]
      : []),
    ...problems.flatMap(({ id, status, reason = '' }) => [
      screen.paint(STATUS_STYLES[status], cut(plain(`${SYMBOLS[status]} ${id}`), screen.columns)),
      ...wrap(plain(reason), screen.columns - 4).map((line) => `    ${line}`),
    ]),
    ...wrap(plain(faultsTally(faults)), screen.columns - 4).map(
      (line, at) => `  ${at === 0 ? mark : ' '} ${line}`,
    ),
  ];

  function noteLines(note: string): string[] {
    return wrap(plain(note), screen.columns - 2).map((line) => `  ${screen.paint('dim', line)}`);
  }
}
