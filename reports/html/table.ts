import { figureLabel } from '../figures.ts';
import { worstStatus } from '../status.ts';
import type { Cell, Table, TableColumn } from '../table.ts';
import { figureName } from './definitions.ts';
import { html, type Markup } from './markup.ts';
import { mark, type Page, scroller } from './page.ts';

export interface TableLook {
  /** Names the table to those who cannot see where it stands. */
  readonly caption: string;
  /** Whether the caption is shown to everybody. */
  readonly showsCaption?: boolean;
  /** Class of the table, for its style. */
  readonly style?: string;
}

/** A table that scrolls by itself where it is too wide. */
export function tableMarkup(
  page: Page,
  { columns, rows, emphasised }: Table,
  { caption, showsCaption = false, style }: TableLook,
): Markup {
  const look = style === undefined ? undefined : html` class="${style}"`;
  const table = html`<table${look}><caption class="${showsCaption ? 'shown' : 'hidden'}">${caption}</caption>
<thead><tr>${columns.map((column) => headCell(page, column))}</tr></thead>
<tbody>${rows.map((cells, row) => html`<tr${emphasised?.has(row) ? html` class="own"` : undefined}>${cells.map((cell, index) => bodyCell(cell, columns[index], index))}</tr>`)}</tbody></table>`;
  return scroller(caption, table);
}

function headCell(page: Page, { heading, align, figure }: TableColumn): Markup {
  const side = align === 'right' ? html` class="number"` : undefined;
  return figure === undefined
    ? html`<th scope="col"${side}>${capitalised(heading)}</th>`
    : html`<th scope="col"${side} title="${page.result.definitions[figure] ?? figureLabel(figure)}">${figureName(page, figure)}</th>`;
}

function bodyCell(cell: Cell, column: TableColumn | undefined, index: number): Markup {
  const classes = [
    ...(column?.align === 'right' ? ['number'] : []),
    ...(cell.emphasis === undefined ? [] : [cell.emphasis]),
  ].join(' ');
  const content = linked(cell, column?.isCode ? html`<code>${cell.text}</code>` : html`${cell.text}`);
  const attribute = classes === '' ? undefined : html` class="${classes}"`;
  return index === 0
    ? html`<th scope="row"${attribute}>${content}</th>`
    : html`<td${attribute}>${content}</td>`;
}

function linked({ marks = [], href, label }: Cell, text: Markup): Markup {
  const worst = worstStatus(marks.map((status) => ({ status })));
  const content = html`${marks.map(mark)}${marks.length > 0 ? ' ' : undefined}${text}`;
  if (href === undefined) return content;
  return label === undefined
    ? html`<a class="cell ${worst}" href="${href}">${content}</a>`
    : html`<a class="cell ${worst}" href="${href}" aria-label="${label}">${content}</a>`;
}

function capitalised(heading: string): string {
  return heading.charAt(0).toUpperCase() + heading.slice(1);
}
