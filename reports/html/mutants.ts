import { count } from '../../statistics/number-text.ts';
import { duration } from '../format.ts';
import type { MutantResult } from '../result-figures.ts';
import { MUTANT_STATUSES } from '../status.ts';
import { caseId, mutantId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, mark, type Page, scroller } from './page.ts';

/** The proof that the cases see something: directors made wrong on purpose, and which case killed each. */
export function mutantsSection(page: Page): Markup | undefined {
  const all = page.result.mutants;
  if (all.length === 0) return undefined;
  const killed = all.filter(({ status }) => status === 'killed').length;
  const order = { survived: 0, error: 1, killed: 2 } as const;
  const rows = [...all].sort((a, b) => order[a.status] - order[b.status]);
  const table = html`<table class="wrong"><caption class="hidden">Mutants and the cases that killed them</caption>
<thead><tr><th scope="col"><span class="hidden">Killed</span></th><th scope="col">What it does wrong</th><th scope="col">Killed by</th><th scope="col">In</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${rows.map((item) => row(page, item))}</tbody></table>`;
  return html`<section id="mutants">
${heading(2, 'mutants', 'Mutants')}
<p class="lead">Cases that never fail prove nothing. Each of these directors was made wrong in one small way, and the same cases were put to it: ${killed === all.length ? `all ${count(all.length)} were killed` : `${count(killed)} of ${count(all.length)} were killed`}.</p>
${scroller('Mutants', table)}
</section>`;
}

function row(page: Page, item: MutantResult): Markup {
  const [first, ...more] = item.killedBy;
  return html`<tr id="${mutantId(page, item)}" class="${item.status}"><td>${mark(MUTANT_STATUSES[item.status])}<span class="hidden">${item.status}</span></td>
<th scope="row">${item.sentence}<details><summary><code>${item.id}</code></summary><p class="quiet"><code>${item.file}</code></p><pre class="change"><del>${item.before}</del>
<ins>${item.after}</ins></pre></details></th>
<td>${first ? html`${caseLink(page, first.id)}<span class="why">${first.message}</span>${more.length > 0 ? html`<details><summary>and ${count(more.length)} more</summary><ul>${more.map(({ id, message }) => html`<li>${caseLink(page, id)} ${message}</li>`)}</ul></details>` : undefined}` : html`nobody; meant to be killed by ${caseLink(page, item.expected)}`}</td>
<td>${item.lab}</td><td class="number">${duration(item.durationMs)}</td></tr>`;
}

/** A case by its address, as a link where this run played it too. */
function caseLink(page: Page, id: string): Markup {
  const item = page.result.cases.find((one) => one.id === id);
  return item ? html`<a href="#${caseId(page, item)}"><code>${id}</code></a>` : html`<code>${id}</code>`;
}
