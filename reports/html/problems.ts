import type { CaseResult } from '../result.ts';
import { suiteTitle } from '../suites.ts';
import { html, type Markup } from './markup.ts';
import { mark } from './matrix.ts';
import { caseId, heading, type Page } from './page.ts';

/** What did not hold, a line each; the evidence is one link away. Nothing if all held. */
export function problemsSection(page: Page, problems: readonly CaseResult[]): Markup | undefined {
  if (problems.length === 0) return undefined;
  return html`<section id="problems">
${heading(2, 'problems', 'What did not hold')}
<ul class="problems">${problems.map(
    (item) => html`<li class="${item.status}">${mark(item.status)}<div>
<a href="#${caseId(page, item)}">${item.title}</a> <span class="where">${suiteTitle(item)}</span>
<p>${item.reason ?? item.findings[0]?.message ?? item.requirement}</p></div></li>`,
  )}</ul>
</section>`;
}
