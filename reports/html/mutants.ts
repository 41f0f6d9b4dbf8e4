import { count, duration } from '../format.ts';
import type { WrongDirectorResult } from '../result-figures.ts';
import type { Status } from '../status.ts';
import { mark } from './mark.ts';
import { html, type Markup } from './markup.ts';
import { caseId, heading, type Page, scroller } from './page.ts';

const SHOWN_AS: Readonly<Record<WrongDirectorResult['status'], Status>> = {
  caught: 'passed',
  missed: 'failed',
  error: 'error',
};

/** The proof that the cases see something: directors made wrong on purpose, and which case caught each. */
export function wrongDirectorsSection(page: Page): Markup | undefined {
  const all = page.result.wrongDirectors;
  if (all.length === 0) return undefined;
  const caught = all.filter(({ status }) => status === 'caught').length;
  const order = { missed: 0, error: 1, caught: 2 } as const;
  const rows = [...all].sort((a, b) => order[a.status] - order[b.status]);
  const table = html`<table class="wrong"><caption class="hidden">Wrong directors and the cases that caught them</caption>
<thead><tr><th scope="col"><span class="hidden">Caught</span></th><th scope="col">What it does wrong</th><th scope="col">Caught by</th><th scope="col">In</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${rows.map((item) => row(page, item))}</tbody></table>`;
  return html`<section id="wrong-directors">
${heading(2, 'wrong-directors', 'Wrong directors')}
<p class="lead">Cases that never fail prove nothing. Each of these directors was made wrong in one small way, and the same cases were put to it: ${caught === all.length ? `all ${count(all.length)} were caught` : `${count(caught)} of ${count(all.length)} were caught`}.</p>
${scroller('Wrong directors', table)}
</section>`;
}

export function wrongDirectorId({ ids }: Page, item: WrongDirectorResult): string {
  return ids.of('wrong', item.id, item);
}

function row(page: Page, item: WrongDirectorResult): Markup {
  const [first, ...more] = item.caughtBy;
  return html`<tr id="${wrongDirectorId(page, item)}" class="${item.status}"><td>${mark(SHOWN_AS[item.status])}<span class="hidden">${item.status}</span></td>
<th scope="row">${item.sentence}<details><summary><code>${item.id}</code></summary><p class="quiet"><code>${item.file}</code></p><pre class="change"><del>${item.before}</del>
<ins>${item.after}</ins></pre></details></th>
<td>${first ? html`${caseLink(page, first.id)}<span class="why">${first.message}</span>${more.length > 0 ? html`<details><summary>and ${count(more.length)} more</summary><ul>${more.map(({ id, message }) => html`<li>${caseLink(page, id)} ${message}</li>`)}</ul></details>` : undefined}` : html`nobody; meant to be caught by ${caseLink(page, item.expected)}`}</td>
<td>${item.lab}</td><td class="number">${duration(item.durationMs)}</td></tr>`;
}

/** A case by its address, as a link where this run played it too. */
function caseLink(page: Page, id: string): Markup {
  const item = page.result.cases.find((one) => one.id === id);
  return item ? html`<a href="#${caseId(page, item)}"><code>${id}</code></a>` : html`<code>${id}</code>`;
}
