import { type Problem, problemsOf } from '../problems.ts';
import { fairnessId } from './fairness/ids.ts';
import { mark } from './mark.ts';
import { html, type Markup } from './markup.ts';
import { mutantId } from './mutants.ts';
import { caseId, heading, type Page } from './page.ts';

/** What did not hold, a line each; the evidence is one link away. Nothing if all held. */
export function problemsSection(page: Page): Markup | undefined {
  const problems = problemsOf(page.result);
  if (problems.length === 0) return undefined;
  return html`<section id="problems">
${heading(2, 'problems', 'What did not hold')}
<ul class="problems">${problems.map(
    (problem) => html`<li>${mark(problem.status)}<div>
<a href="#${targetOf(page, problem)}">${problem.title}</a> <span class="where">${problem.where}</span>
<p>${problem.why}</p></div></li>`,
  )}</ul>
</section>`;
}

function targetOf(page: Page, { about }: Problem): string {
  switch (about.kind) {
    case 'case':
      return caseId(page, about.item);
    case 'fairness':
      return fairnessId(page, about.item);
    case 'mutant':
      return mutantId(page, about.item);
    case 'replay':
      return 'replay';
  }
}
