import { type Problem, problemsOf } from '../problems.ts';
import type { Misconfiguration, Session } from '../result.ts';
import { suiteTitle } from '../suites.ts';
import { findingBlock } from './evidence.ts';
import { caseId, fairnessId, mutantId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { command, mark, type Page } from './page.ts';

/** What did not hold, a line each; the evidence is one link away. Nothing if all held. */
export function problemsSection(page: Page): Markup | undefined {
  const problems = problemsOf(page.result);
  if (problems.length === 0) return undefined;
  return html`<ul class="problems">${problems.map(
    (problem) => html`<li>${mark(problem.status)}<div>
<a href="#${targetOf(page, problem)}">${problem.title}</a> <span class="where">${problem.where}</span>
<p>${problem.why}</p></div></li>`,
  )}</ul>`;
}

function targetOf(page: Page, { about }: Problem): string {
  switch (about.kind) {
    case 'case':
      return caseId(page, about.item);
    case 'fairness':
      return fairnessId(page, about.item);
    case 'mutant':
      return mutantId(page, about.item);
    case 'fault':
      return 'faults';
    case 'replay':
      return 'replay';
  }
}

/** What is misconfigured in a session’s network, with the commands that fix it. */
export function misconfigurationList(page: Page, { misconfigurations }: Session): Markup[] {
  return misconfigurations.map((item) => misconfigurationBlock(page, item));
}

/** All of them, of all sessions; nothing where there are none. */
export function misconfigurationsSection(page: Page): Markup | undefined {
  const sessions = page.result.sessions.filter(({ misconfigurations }) => misconfigurations.length > 0);
  if (sessions.length === 0) return undefined;
  return html`${sessions.map((session) => html`<p class="where">${suiteTitle(session)}</p>${misconfigurationList(page, session)}`)}`;
}

function misconfigurationBlock(page: Page, { id, message, host, cure, findings }: Misconfiguration): Markup {
  return html`<div class="misconfiguration"><p class="message">${message} <code>${id}</code></p>
${cure.length > 0 ? html`<p>To fix it, run on <strong>${host}</strong>:</p>${command(cure.join('\n'))}` : undefined}
${findings.length > 0 ? html`<details><summary>What in the captures shows it</summary>${findings.map((finding) => findingBlock(page, finding))}</details>` : undefined}</div>`;
}
