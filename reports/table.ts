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
  /** Only a remark on the row: a terminal gives it the room that other columns leave, the page has it in the row's head. */
  readonly isNote?: boolean;
  /** Sentences that go on below on a narrow terminal, where other texts are cut. */
  readonly wraps?: boolean;
  /** Name of the figure in the column, which the page links to its definition. */
  readonly figure?: string;
  /** Where the heading leads on the page. */
  readonly href?: string;
}

export interface Cell extends Linked {
  readonly text: string;
  /** Symbols before the text; the worst of them colours the cell. */
  readonly marks?: readonly Status[];
  readonly emphasis?: Emphasis;
  /** For the page alone, which has room for it. */
  readonly onPage?: OnPage;
}

/** `changed`: not what it was in the row before. */
export type Emphasis = 'good' | 'bad' | 'quiet' | 'changed' | 'expected' | 'seen';

interface Linked {
  /** Where it leads to on the page. */
  readonly href?: string;
  /** What it says to those who cannot see the symbols. */
  readonly label?: string;
}

export interface OnPage {
  /** What each mark leads to, where the cell as a whole leads nowhere. */
  readonly markLinks?: readonly Required<Linked>[];
  /** By which links find the row; of its first cell. */
  readonly id?: string;
  /** Number of a step as the drawing beside the table has it. */
  readonly step?: { readonly number: number; readonly kind: 'request' | 'reply' };
  /** A bar, and where its end is expected; of the width that there is for it, 0 to 1. */
  readonly bar?: { readonly seen: number; readonly expected: number };
  /** Folded away below the text. */
  readonly more?: { readonly summary: string; readonly lines: readonly Cell[] };
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
