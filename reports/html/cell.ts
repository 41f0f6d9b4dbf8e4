/** All evidence of one scheduler in one mode: what a cell of the matrix leads to. */
import { isProblem, MEANINGS, worstStatus } from '../status.ts';
import { suiteKey, suiteTitle } from '../suites.ts';
import { isUntried, type OverviewCell, type OverviewColumn } from '../tables/overview.ts';
import { evidence } from './evidence.ts';
import { fairnessId, suiteId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { noSessionText, signs } from './matrix.ts';
import { packedAway } from './packed.ts';
import { mark, type Page } from './page.ts';
import { sessionParts } from './session.ts';

/** A fold; nothing where nothing was tried. What did not hold is written out, and open. */
export function cellEvidence(
  page: Page,
  scheduler: string,
  column: OverviewColumn,
  own: OverviewCell,
): Markup | undefined {
  if (isUntried(own)) return undefined;
  const { suite, fairness } = own;
  const tried = [...(suite?.cases ?? []), ...fairness];
  const worst = worstStatus(tried) ?? 'skipped';
  const identity = { ...column, scheduler };
  const id = suiteId(page, suiteKey(identity));
  const bad = suite?.cases.filter(isProblem) ?? [];
  const rest = packedAway(page, cellContent(page, own));
  const summary = html`<summary>${mark(worst)}<span class="hidden">${MEANINGS[worst]}: </span><span class="title">${suiteTitle(identity)}</span> <span class="tally">${suite ? html`cases ${signs(suite.cases)}` : noSessionText(own)}${fairness.length > 0 ? html`, fairness ${signs(fairness)}` : undefined}</span></summary>`;
  return bad.length > 0
    ? html`<details class="group" id="${id}" open>${summary}${bad.map((item) => evidence(page, item))}<details class="fold"><summary>Shares, packets, captures, and what held</summary>${rest}</details></details>`
    : html`<details class="group" id="${id}">${summary}${rest}</details>`;
}

function cellContent(page: Page, { suite, fairness }: OverviewCell): Markup {
  const cases = suite?.cases ?? [];
  const rest = cases.filter((item) => !isProblem(item));
  return html`${suite === undefined || suite.sessions.length === 0 ? html`<p>${suite === undefined ? 'This run had no session of live traffic with this scheduler in this mode, so there are no captures.' : 'No lab was brought up for this.'}</p>` : undefined}
${suite?.sessions.map((session) => sessionParts(page, session, fairness))}
${rest.length > 0 ? html`<h4>Cases judged from these captures</h4>${rest.map((item) => evidence(page, item))}` : undefined}
${
  fairness.length > 0
    ? html`<h4>Fairness in every situation</h4><ul class="situations">${fairness.map(
        (one) =>
          html`<li>${mark(one.status)} <a href="#${fairnessId(page, one)}">${one.title}</a> <span class="quiet">${one.conclusion}</span></li>`,
      )}</ul>`
    : undefined
}`;
}
