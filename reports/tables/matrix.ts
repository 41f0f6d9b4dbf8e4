import { type MatrixRow, matrixOf } from '../matrix.ts';
import type { CaseResult, Result } from '../result.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';

/** Cases (rows) in every mode and with every scheduler (columns). */
export function casesTable(result: Pick<Result, 'sessions' | 'cases'>): Table {
  const { columns, rows } = matrixOf(result);
  const marksOf = (cases: readonly CaseResult[] = []) => cases.map(({ status }) => status);
  return tableOf<MatrixRow>(
    [
      { heading: 'case', isCode: true, cell: ({ id }) => id },
      ...columns.map(
        ({ label }, index): ColumnOf<MatrixRow> => ({
          heading: label,
          align: 'center',
          cell: ({ cells }) => ({ text: '', marks: marksOf(cells[index]) }),
        }),
      ),
      { heading: 'what it asks for', isNote: true, cell: ({ title }) => title },
    ],
    rows,
  );
}
