import type { Matrix, MatrixRow } from '../matrix.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, MEANINGS, STATUSES, SYMBOLS } from '../status.ts';
import { html, type Markup } from './markup.ts';
import { caseId, heading, type Page, scroller } from './page.ts';

/** All cases against all modes; each mark leads to its evidence. */
export function matrixSection(page: Page, { columns, rows }: Matrix): Markup {
  if (rows.length === 0) {
    return html`<section id="cases">${heading(2, 'cases', 'Cases')}<p>No case was judged.</p></section>`;
  }
  const table = html`<table class="matrix">
<caption class="hidden">Cases by mode</caption>
<thead><tr><th scope="col">Case</th>${columns.map(
    ({ suite, label }) =>
      html`<th scope="col" class="mark"><a href="#${page.ids.of('suite', suite.key)}">${label}</a></th>`,
  )}</tr></thead>
<tbody>${rows.map((row) => matrixRow(page, row))}</tbody>
</table>`;
  return html`<section id="cases">
${heading(2, 'cases', 'Cases')}
<p class="legend">${STATUSES.map((status) => html`<span>${mark(status)} ${MEANINGS[status]}</span>`)}</p>
${scroller('Cases by mode', table)}
</section>`;
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

/** The sign of a status. Its meaning must stand beside it, as text. */
export function mark(status: CaseResult['status']): Markup {
  return html`<span class="symbol ${status}" aria-hidden="true">${SYMBOLS[status]}</span>`;
}
