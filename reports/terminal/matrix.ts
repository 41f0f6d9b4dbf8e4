import { columnsOf, plain, wrap } from '../columns.ts';
import type { Result } from '../result.ts';
import { isProblem, MEANINGS, type Status, SYMBOLS } from '../status.ts';
import { isPacketCase, suitesOf } from '../suites.ts';
import { DIRECTOR_LEGEND, directorSummary, directorTable, hasDirectorTable } from '../tables/directors.ts';
import { statusesIn } from '../tables/fairness.ts';
import { casesTable } from '../tables/matrix.ts';
import { blankCellsText, overviewTable, packetTable } from '../tables/overview.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { tableLines, wideTableLines } from './table.ts';

/** Modes and schedulers whose cases stand side by side, each case in a row; of more, only cases that do not hold do. */
const SHOWN_SUITES = 6;

/** How everything came out, mode by mode. @param verbose With every subject of the packet cases, and every case. */
export function matrixBlocks(result: Result, screen: Screen, verbose = false): string[][] {
  const live = result.cases.filter((item) => !isPacketCase(item));
  const suites = suitesOf({ sessions: result.sessions, cases: live });
  const isTelling = suites.length > SHOWN_SUITES || result.fairness.length > 0;
  const wrong = new Set(live.filter(isProblem).map(({ id }) => id));
  const showsAll = suites.length <= SHOWN_SUITES && (verbose || !isTelling);
  const shown = showsAll ? live : live.filter(({ id }) => wrong.has(id));
  return [
    isTelling ? overviewLines(result, screen) : [],
    ...(verbose && result.cases.some(isPacketCase) ? [tableLines(packetTable(result), screen)] : []),
    matrixLines({ sessions: showsAll ? result.sessions : [], cases: shown }, screen),
    hasDirectorTable(result) ? directorLines(result, screen, verbose) : [],
  ];
}

/** Directors beside each other, and what the signs mean. @param verbose Subject by subject. */
function directorLines(result: Result, screen: Screen, verbose: boolean): string[] {
  if (!verbose) return tableLines(directorSummary(result), screen);
  return [
    ...wideTableLines(directorTable(result), screen, 1),
    ...wrap(DIRECTOR_LEGEND, screen.columns - 2).map((line) => `  ${screen.paint('dim', line)}`),
  ];
}

/** Scheduler by mode, and what blank cells mean. */
function overviewLines(result: Result, screen: Screen): string[] {
  const blanks = blankCellsText(result);
  const note = blanks === undefined ? [] : wrap(plain(blanks), screen.columns - 2);
  return [
    ...tableLines(overviewTable(result), screen),
    ...note.map((line) => `  ${screen.paint('dim', line)}`),
    ...legendLines([...result.cases, ...result.fairness], screen),
  ];
}

/** The matrix case × mode, and what its symbols mean. */
function matrixLines(result: Pick<Result, 'sessions' | 'cases'>, screen: Screen): string[] {
  if (result.cases.length === 0) return [];
  return [...wideTableLines(casesTable(result), screen, 1), '', ...legendLines(result.cases, screen)];
}

/** What the symbols in use mean: in one line if it fits. */
export function legendLines(items: readonly { readonly status: Status }[], screen: Screen): string[] {
  const used = statusesIn(items);
  const entry = (status: Status) =>
    `${screen.paint(STATUS_STYLES[status], SYMBOLS[status])} ${MEANINGS[status]}`;
  const columns = used.reduce((sum, status) => sum + columnsOf(MEANINGS[status]) + 5, 0);
  return columns <= screen.columns
    ? [`  ${used.map(entry).join('   ')}`]
    : used.map((status) => `  ${entry(status)}`);
}
