import { columnsOf, cut, fitted, plain, wrap } from '../columns.ts';
import { SYMBOLS, worstStatus } from '../status.ts';
import type { Cell, Emphasis, Table, TableColumn } from '../table.ts';
import { type Screen, STATUS_STYLES, type Style } from './screen.ts';

const GAP = 2;
const EMPHASIS: Readonly<Record<Emphasis, Style>> = {
  good: 'green',
  expected: 'green',
  bad: 'red',
  seen: 'red',
  quiet: 'dim',
  changed: 'bold',
};

/** A column of text is not cut below this for the sake of others, where there is room below for them. */
const FEWEST_OF_A_TEXT = 8;
/** Of a line, what the columns that are in each part of a wide table may take. */
const MOST_FOR_LABELS = 0.7;

/**
 * Lines of a table, each no wider than the screen. Columns are as wide as what they hold; if that is too much, remarks
 * give way, headings of numbers go on below, and texts are cut. Numbers never are: columns that do not fit go into a further
 * table, below the first column again.
 */
export function tableLines(table: Table, screen: Screen, indent = 2): string[] {
  const room = screen.columns - indent;
  const needed = table.columns.reduce(
    (sum, column, at) => sum + (column.isNote ? 0 : GAP + leastWidth(table, at)),
    -GAP,
  );
  if (needed > room && partsOf(table, room, 1).length > 1) return wideTableLines(table, screen, 1, indent);
  return linesOf(table, screen, indent);
}

function linesOf(table: Table, screen: Screen, indent: number): string[] {
  const { columns, rows } = table;
  const widths = fittingWidths(table, screen.columns - indent - GAP * (columns.length - 1));
  const last = widths.findLastIndex((width) => width > 0);
  const line = (texts: readonly string[], styleAt: (index: number) => Style | undefined) => {
    const cells = columns.slice(0, last + 1).map(({ align }, index) => {
      const width = widths[index] ?? 0;
      const text = texts[index] ?? '';
      const placed = index === last && align === undefined ? cut(text, width) : fitted(text, width, align);
      const style = styleAt(index);
      return style && placed !== '' ? screen.paint(style, placed) : placed;
    });
    return (' '.repeat(indent) + cells.join(' '.repeat(GAP))).trimEnd();
  };
  const headings = columns.map((column, index) =>
    isNumber(column) ? wrap(plain(column.heading), Math.max(1, widths[index] ?? 0)) : [plain(column.heading)],
  );
  return [
    ...Array.from({ length: Math.max(...headings.map(({ length }) => length)) }, (_, at) =>
      line(
        headings.map((parts) => parts[at] ?? ''),
        () => 'dim',
      ),
    ),
    ...rows.flatMap((cells) => {
      const texts = columns.map(({ wraps }, index) => {
        const text = textOf(cells[index]);
        return wraps ? wrap(text, Math.max(1, widths[index] ?? 0)) : [text];
      });
      return Array.from({ length: Math.max(...texts.map(({ length }) => length)) }, (_, at) =>
        line(
          texts.map((parts) => parts[at] ?? ''),
          (index) => (columns[index]?.isNote ? 'dim' : styleOf(cells[index])),
        ),
      );
    }),
  ];
}

/**
 * The same, but columns that do not fit beside the first `labels` go into a further table below, which has those again.
 */
export function wideTableLines(table: Table, screen: Screen, labels: number, indent = 2): string[] {
  const parts = partsOf(table, screen.columns - indent, labels);
  return parts.flatMap((part, index) => [
    ...(index > 0 ? [''] : []),
    ...linesOf(chosen(table, part), screen, indent),
  ]);
}

function partsOf(table: Table, room: number, labels: number): number[][] {
  const widths = naturalWidths(table);
  const indexes = [...table.columns.keys()];
  const fixed = indexes.slice(0, labels);
  const notes = indexes.filter((at) => table.columns[at]?.isNote);
  const labelled = fixed.reduce((sum, at) => sum + GAP + (widths[at] ?? 0), 0);
  // Labels are cut only where they leave hardly any room.
  const left = room - Math.min(labelled, Math.floor(room * MOST_FOR_LABELS));
  const parts: number[][] = [[]];
  let used = 0;
  for (const at of indexes.slice(labels).filter((one) => !notes.includes(one))) {
    const width = GAP + (widths[at] ?? 0);
    if (used > 0 && used + width > left) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(at);
    used += width;
  }
  return parts.map((part) => [...fixed, ...part, ...notes]);
}

function chosen({ columns, rows }: Table, part: readonly number[]): Table {
  const pick = <Item>(all: readonly Item[]) => part.flatMap((at) => all[at] ?? []);
  return { columns: pick(columns), rows: rows.map(pick) };
}

function naturalWidths({ columns, rows }: Table): number[] {
  return columns.map(({ heading }, index) =>
    Math.max(columnsOf(plain(heading)), ...rows.map((cells) => columnsOf(textOf(cells[index])))),
  );
}

function fittingWidths(table: Table, room: number): number[] {
  const widths = naturalWidths(table);
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  for (const [index, { isNote }] of table.columns.entries()) {
    if (!isNote || excess <= 0) continue;
    const taken = Math.min(excess, widths[index] ?? 0);
    widths[index] = (widths[index] ?? 0) - taken;
    excess -= taken;
  }
  const least = table.columns.map((_, at) => leastWidth(table, at));
  const numbers = table.columns.map(isNumber);
  const narrow = (limitOf: (at: number) => number) => {
    for (; excess > 0; excess--) {
      const spare = widths.map((width, at) => (width > limitOf(at) ? width : 0));
      const widest = spare.indexOf(Math.max(...spare));
      if (!spare[widest]) return;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  };
  narrow((at) => (numbers[at] ? (least[at] ?? 0) : Number.POSITIVE_INFINITY));
  narrow((at) => least[at] ?? 0);
  narrow(() => 0);
  return widths;
}

function isNumber({ align }: TableColumn): boolean {
  return align === 'right';
}

/** To which a column can be narrowed without a loss: numbers whole, and words of their heading; signs with what they count. */
function leastWidth({ columns, rows }: Table, at: number): number {
  const column = columns[at];
  if (column === undefined || column.isNote) return 0;
  const cells = Math.max(0, ...rows.map((row) => columnsOf(textOf(row[at]))));
  const heading = plain(column.heading);
  if (rows.some((row) => (row[at]?.marks ?? []).length > 0)) return Math.max(cells, columnsOf(heading));
  return isNumber(column)
    ? Math.max(cells, ...heading.split(' ').map(columnsOf))
    : Math.min(FEWEST_OF_A_TEXT, Math.max(cells, columnsOf(heading)));
}

function textOf(cell: Cell | undefined): string {
  const symbols = (cell?.marks ?? []).map((status) => SYMBOLS[status]);
  return plain([...symbols, cell?.text ?? ''].filter((part) => part !== '').join(' '));
}

function styleOf(cell: Cell | undefined): Style | undefined {
  const worst = worstStatus((cell?.marks ?? []).map((status) => ({ status })));
  return worst ? STATUS_STYLES[worst] : cell?.emphasis && EMPHASIS[cell.emphasis];
}
