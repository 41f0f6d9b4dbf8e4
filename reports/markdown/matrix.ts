import type { Result } from '../result.ts';
import { MEANINGS, STATUSES, SYMBOLS } from '../status.ts';
import { isPacketCase, liveSuitesOf } from '../suites.ts';
import { directorTable, hasDirectorTable } from '../tables/directors.ts';
import { casesTable } from '../tables/matrix.ts';
import { blankCellsText, overviewOf, overviewTable, packetTable } from '../tables/overview.ts';
import { markdownTable, text } from './syntax.ts';

/** Modes and schedulers whose cases stand side by side, each case in a row; of more, only how many passed. */
const LISTED_SUITES = 6;

/** How everything came out, mode by mode. */
export function matrixBlocks(result: Result): string[] {
  const suites = liveSuitesOf(result);
  const isTelling = overviewOf(result).rows.length > 1 || result.fairness.length > 0;
  const tables = [
    ...(isTelling ? [overviewTable(result)] : []),
    ...(suites.length > 0 && suites.length <= LISTED_SUITES
      ? [
          casesTable({
            sessions: suites.flatMap(({ sessions }) => sessions),
            cases: suites.flatMap(({ cases }) => cases),
          }),
        ]
      : []),
    ...(result.cases.some(isPacketCase) ? [packetTable(result)] : []),
    ...(hasDirectorTable(result) ? [directorTable(result)] : []),
  ];
  if (tables.length === 0) return [];
  const legend = [...STATUSES, 'shown' as const].map((status) => `${SYMBOLS[status]} ${MEANINGS[status]}`);
  const blanks = (isTelling && blankCellsText(result)) || '';
  return ['## The matrix', ...tables.map(markdownTable), text(blanks), legend.join(', ')];
}
