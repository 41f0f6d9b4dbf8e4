/** A table as every report shows it: terminal, Markdown and page each have a renderer for it. */
import type { Status } from './status.ts';

export interface Table {
  readonly columns: readonly TableColumn[];
  /** A cell for each column. The first one says what the row is of. */
  readonly rows: readonly (readonly Cell[])[];
  /** Numbers of the rows that matter most among the others, such as those of the director itself. */
  readonly emphasised?: ReadonlySet<number>;
}

export interface TableColumn {
  readonly heading: string;
  /** Numbers stand on the right, marks below the middle of their heading. */
  readonly align?: 'left' | 'right' | 'center';
  /** Identifiers, digests, commands: shown as code where that can be told apart. */
  readonly isCode?: boolean;
  /** Only a remark on the row: it takes the room that other columns leave. */
  readonly isNote?: boolean;
  /** Name of the figure in the column, which the page links to its definition. */
  readonly figure?: string;
}

export interface Cell {
  readonly text: string;
  /** Symbols before the text; the worst of them colours the cell. */
  readonly marks?: readonly Status[];
  readonly emphasis?: 'good' | 'bad' | 'quiet';
  /** Where it leads to on the page. */
  readonly href?: string;
  /** What it says to those who cannot see the symbols. */
  readonly label?: string;
}

/** A column of a table that is made from items of one kind, a row each. */
export interface ColumnOf<Item> extends TableColumn {
  /** Nothing leaves the cell empty. */
  readonly cell: (item: Item, row: number) => Cell | string | undefined;
}

export function tableOf<Item>(columns: readonly ColumnOf<Item>[], items: readonly Item[]): Table {
  const cellOf = (cell: Cell | string | undefined): Cell =>
    typeof cell === 'object' ? cell : { text: cell ?? '' };
  return { columns, rows: items.map((item, row) => columns.map(({ cell }) => cellOf(cell(item, row)))) };
}
