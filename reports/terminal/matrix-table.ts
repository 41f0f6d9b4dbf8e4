import { columnsOf, cut } from '../columns.ts';
import { type Matrix, matrixOf } from '../matrix.ts';
import type { CaseResult, Result } from '../result.ts';
import { MEANINGS, STATUSES, type Status, SYMBOLS } from '../status.ts';
import { STATUS_STYLES } from './case-line.ts';
import type { Screen } from './screen.ts';
import { fitted, plain } from './text.ts';

const GAP = 2;

/**
 * The matrix case × mode. Columns that do not fit the screen go into a further table below, with the addresses of
 * the cases again.
 */
export function matrixTable(result: Pick<Result, 'sessions' | 'cases'>, screen: Screen): string[] {
  const matrix = matrixOf(result);
  if (matrix.rows.length === 0) return [];
  const longest = Math.max(...matrix.rows.map(({ id }) => columnsOf(plain(id))));
  const idColumns = Math.min(longest, Math.floor(screen.columns / 2));
  const parts = split(matrix, screen.columns - 2 - idColumns);
  return [
    ...parts.flatMap((part) => [...tableLines(matrix, part, idColumns, screen), '']),
    ...legend(result.cases, screen),
  ];
}

/** What the signs in use mean: in one line if it fits. */
function legend(cases: readonly CaseResult[], screen: Screen): string[] {
  const used = STATUSES.filter((status) => cases.some((item) => item.status === status));
  const sign = (status: Status) =>
    `${screen.paint(STATUS_STYLES[status], SYMBOLS[status])} ${MEANINGS[status]}`;
  const columns = used.reduce((sum, status) => sum + columnsOf(MEANINGS[status]) + 5, 0);
  return columns <= screen.columns
    ? [`  ${used.map(sign).join('   ')}`]
    : used.map((status) => `  ${sign(status)}`);
}

interface PlacedColumn {
  readonly index: number;
  readonly label: string;
}

function split(matrix: Matrix, room: number): PlacedColumn[][] {
  const parts: PlacedColumn[][] = [];
  let used = Number.POSITIVE_INFINITY;
  matrix.columns.forEach((column, index) => {
    const label = cut(plain(column.label), room - GAP);
    const width = GAP + columnsOf(label);
    if (used + width > room) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push({ index, label });
    used += width;
  });
  return parts;
}

function tableLines(
  matrix: Matrix,
  part: readonly PlacedColumn[],
  idColumns: number,
  screen: Screen,
): string[] {
  const gap = ' '.repeat(GAP);
  const head = `  ${fitted('case', idColumns)}${part.map(({ label }) => gap + label).join('')}`;
  const width = columnsOf(head);
  return [
    screen.paint('bold', head),
    ...matrix.rows.map(({ id, title, cells }) => {
      const marks = part.map(
        ({ index, label }) => gap + centred(cells[index] ?? [], columnsOf(label), screen),
      );
      const note = cut(plain(title), screen.columns - width - 3);
      return `  ${fitted(plain(id), idColumns)}${marks.join('')}${note && `   ${screen.paint('dim', note)}`}`.trimEnd();
    }),
  ];
}

/** The worst status of a cell, in the middle of its column. */
function centred(cases: readonly CaseResult[], columns: number, screen: Screen): string {
  const status = (['failed', 'error', 'skipped', 'passed'] as const).find((candidate) =>
    cases.some((item) => item.status === candidate),
  );
  const left = ' '.repeat(Math.floor((columns - 1) / 2));
  const right = ' '.repeat(Math.max(0, columns - 1 - left.length));
  return left + (status ? screen.paint(STATUS_STYLES[status], SYMBOLS[status]) : ' ') + right;
}
