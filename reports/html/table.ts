import { figureLabel } from '../format.ts';
import { isProblem, worstStatus } from '../status.ts';
import type { Cell, OnPage, Table, TableColumn } from '../table.ts';
import { figureName } from './definitions.ts';
import { stepBadge } from './drawing/legend.ts';
import { html, type Markup } from './markup.ts';
import { mark, type Page, scroller } from './page.ts';

export interface TableLook {
  /** Names the table to those who cannot see where it stands. */
  readonly caption: string;
  /** Whether the caption is shown to everybody. */
  readonly showsCaption?: boolean;
  /** Follows the caption: how to read the table. */
  readonly legend?: Markup;
  /** Class of the table, for its style. */
  readonly style?: string;
}

/** A table that scrolls by itself where it is too wide. */
export function tableMarkup(page: Page, table: Table, look: TableLook): Markup {
  const { caption, showsCaption = false, legend, style } = look;
  const { columns, rows, emphasised } = table;
  return scroller(
    caption,
    html`<table${classes(style)}><caption class="${showsCaption ? 'shown' : 'hidden'}">${caption}${legend}</caption>
<thead><tr>${columns.map((column) => (column.isNote ? undefined : headCell(page, column)))}</tr></thead>
<tbody>${rows.map((cells, row) => bodyRow(cells, columns, emphasised?.has(row) ?? false))}</tbody></table>`,
  );
}

const ALIGNED = { left: undefined, right: 'number', center: 'mark' } as const;

function headCell(page: Page, { heading, align = 'left', figure, href }: TableColumn): Markup {
  const side = classes(ALIGNED[align]);
  if (figure !== undefined) {
    const title = page.result.definitions[figure] ?? figureLabel(figure);
    return html`<th scope="col"${side} title="${title}">${figureName(page, figure)}</th>`;
  }
  return href === undefined
    ? html`<th scope="col"${side}>${capitalised(heading)}</th>`
    : html`<th scope="col"${side}><a href="${href}">${heading}</a></th>`;
}

/** The first cell is the row's head, which has the remarks too: code below what is not code. */
function bodyRow(cells: readonly Cell[], columns: readonly TableColumn[], isOwn: boolean): Markup {
  const placed = cells.map((cell, index) => ({ cell, column: columns[index] ?? { heading: '' } }));
  const [first, ...others] = placed.filter(({ column }) => !column.isNote);
  const notes = placed.filter(({ column }) => column.isNote);
  const state = isOwn
    ? 'own'
    : cells.some(({ marks = [] }) => marks.some((status) => isProblem({ status })))
      ? 'bad'
      : undefined;
  const id = first?.cell.onPage?.id;
  const head = [...(first ? [first] : []), ...notes].sort(
    (a, b) => Number(a.column.isCode ?? false) - Number(b.column.isCode ?? false),
  );
  return html`<tr${id === undefined ? undefined : html` id="${id}"`}${classes(state)}><th scope="row"${classes(first && cellClass(first.cell, first.column))}>${head.map(({ cell, column }, index) => (index === 0 ? content(cell, column) : html`<div class="below">${content(cell, column)}</div>`))}</th>${others.map(
    ({ cell, column }) => html`<td${classes(cellClass(cell, column))}>${content(cell, column)}</td>`,
  )}</tr>`;
}

function cellClass({ emphasis, onPage }: Cell, { align = 'left', isCode }: TableColumn): string | undefined {
  const own = [ALIGNED[align], isCode || emphasis === 'changed' ? undefined : emphasis, onPage?.bar && 'bar'];
  return own.filter((name) => name !== undefined).join(' ') || undefined;
}

function content(cell: Cell, { isCode = false }: TableColumn): Markup {
  const { text, marks = [], emphasis, href, label, onPage = {} } = cell;
  const { markLinks = [], step, bar, more } = onPage;
  const shown =
    text === ''
      ? undefined
      : isCode
        ? html`<code${classes(emphasis)}>${text}</code>`
        : emphasis === 'changed'
          ? html`<mark>${text}</mark>`
          : html`${text}`;
  const signs = marks.map((status, index) => {
    const link = markLinks[index];
    return link === undefined
      ? mark(status)
      : html`<a class="matrix-link" href="${link.href}" title="${link.label}" aria-label="${link.label}">${mark(status)}</a>`;
  });
  const inside = html`${signs}${marks.length > 0 && shown ? ' ' : undefined}${shown}`;
  const worst = worstStatus(marks.map((status) => ({ status })));
  return html`${step && html`${stepBadge(step)} `}${href === undefined ? inside : link(inside, href, label, worst)}${bar && barDrawing(bar)}${more && folded(more)}`;
}

function link(inside: Markup, href: string, label: string | undefined, worst: string | undefined): Markup {
  const look = classes(worst && `cell ${worst}`);
  return label === undefined
    ? html`<a${look} href="${href}">${inside}</a>`
    : html`<a${look} href="${href}" aria-label="${label}">${inside}</a>`;
}

function barDrawing({ seen, expected }: NonNullable<OnPage['bar']>): Markup {
  // A line at the very edge would be cut in half.
  const at = (fraction: number) => (fraction * 96).toFixed(2);
  return html`<svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><rect class="seen" x="0" y="4" width="${at(seen)}" height="12"/><line class="ideal" x1="${at(expected)}" x2="${at(expected)}" y1="0" y2="20"/></svg>`;
}

function folded({ summary, lines }: NonNullable<OnPage['more']>): Markup {
  return html`<details class="more"><summary>${summary}</summary><ul>${lines.map((line) => html`<li${classes(line.emphasis)}>${content(line, { heading: '' })}</li>`)}</ul></details>`;
}

function classes(names: string | undefined): Markup | undefined {
  return names === undefined ? undefined : html` class="${names}"`;
}

function capitalised(heading: string): string {
  return heading.charAt(0).toUpperCase() + heading.slice(1);
}
