import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { type Matrix, type MatrixRow, matrixOf } from '../../matrix.ts';
import { liveSuitesOf } from '../../overview.ts';
import type { CaseResult } from '../../result.ts';
import { isProblem, MEANINGS, STATUSES } from '../../status.ts';
import { mark } from '../mark.ts';
import { html, type Markup } from '../markup.ts';
import { caseId, type Page, scroller } from '../page.ts';

/** Columns that stand side by side in one table; of more, each mode gets a table of its own. */
const MOST_COLUMNS = 6;

/** Every case of live traffic (rows) in every mode and with every scheduler (columns); each mark leads to its evidence. */
export function caseMatrices(page: Page): Markup | undefined {
  const suites = liveSuitesOf(page.result);
  const cases = suites.flatMap((suite) => suite.cases);
  if (cases.length === 0) return undefined;
  const sessions = suites.flatMap((suite) => suite.sessions);
  const legend = html`<p class="legend">${STATUSES.map((status) => html`<span>${mark(status)} ${MEANINGS[status]}</span>`)}</p>`;
  if (suites.length <= MOST_COLUMNS) {
    return html`${legend}${matrixTable(page, matrixOf({ sessions, cases }), 'Cases by mode')}`;
  }
  const modes = ALL_MODES.filter((mode) => suites.some((suite) => suite.mode === mode));
  return html`${modes.map((mode) => {
    const inMode = <Item extends { readonly mode: string }>(items: readonly Item[]) =>
      items.filter((item) => item.mode === mode);
    const matrix = matrixOf({ sessions: inMode(sessions), cases: inMode(cases) });
    const isOpen = inMode(cases).some(isProblem);
    const content = html`<summary>${MODES[mode].label}: every case with every scheduler</summary>${legend}${matrixTable(page, matrix, `Cases in ${MODES[mode].label}`)}`;
    return isOpen
      ? html`<details class="fold" open>${content}</details>`
      : html`<details class="fold">${content}</details>`;
  })}`;
}

function matrixTable(page: Page, { columns, rows }: Matrix, caption: string): Markup {
  const table = html`<table class="matrix">
<caption class="hidden">${caption}</caption>
<thead><tr><th scope="col">Case</th>${columns.map(
    ({ suite, label }) =>
      html`<th scope="col" class="mark"><a href="#${page.ids.of('suite', suite.key)}">${label}</a></th>`,
  )}</tr></thead>
<tbody>${rows.map((row) => matrixRow(page, row))}</tbody>
</table>`;
  return scroller(caption, table);
}

function matrixRow(page: Page, { id, title, cells }: MatrixRow): Markup {
  const bad = cells.flat().some(isProblem);
  return html`<tr class="${bad ? 'bad' : 'good'}"><th scope="row">${title}<code>${id}</code></th>${cells.map(
    (cases) => html`<td class="mark">${cases.map((item) => markLink(page, item))}</td>`,
  )}</tr>`;
}

function markLink(page: Page, item: CaseResult): Markup {
  return html`<a class="matrix-link" href="#${caseId(page, item)}" title="${item.id}: ${MEANINGS[item.status]}"><span class="hidden">${item.mode} ${MEANINGS[item.status]}</span>${mark(item.status)}</a>`;
}
