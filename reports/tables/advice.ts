import { MODES } from '../../lab/modes.ts';
import type { MeasuredAdvice } from '../advice.ts';
import { alignedFigures } from '../format.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

type Row = MeasuredAdvice['rows'][number];

/** What was measured of the schedulers that are recommended, and, less prominent, of those that they are held against. */
export function adviceTable({ modes, rows }: MeasuredAdvice): Table {
  const texts = alignedFigures(rows.flatMap(({ values }) => values));
  const cell = ({ isTaken }: Row, text = ''): Cell => ({ text, ...(!isTaken && { emphasis: 'quiet' }) });
  return tableOf<Row>(
    [
      { heading: 'scheduler', cell: (own) => cell(own, own.scheduler) },
      ...modes.map(
        (mode, index): ColumnOf<Row> => ({
          heading: MODES[mode].label,
          align: 'right',
          cell: (own, row) => cell(own, texts[row * modes.length + index]),
        }),
      ),
    ],
    rows,
  );
}
