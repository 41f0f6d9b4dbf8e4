import type { Misconfiguration, Session } from '../../result.ts';
import { suiteTitle } from '../../suites.ts';
import { findingBlock } from '../cases/evidence.ts';
import { html, type Markup } from '../markup.ts';
import { command, heading, type Page } from '../page.ts';

/** What is set up wrongly in a session’s network, with the commands that mend it. */
export function misconfigurationList(page: Page, { misconfigurations }: Session): Markup[] {
  return misconfigurations.map((item) => misconfigurationBlock(page, item));
}

/** All of them, of all sessions; nothing where there are none. */
export function misconfigurationsSection(page: Page): Markup | undefined {
  const sessions = page.result.sessions.filter(({ misconfigurations }) => misconfigurations.length > 0);
  if (sessions.length === 0) return undefined;
  return html`<section id="misconfigurations">
${heading(2, 'misconfigurations', 'What is set up wrongly, and the cure')}
${sessions.map((session) => html`<p class="where">${suiteTitle(session)}</p>${misconfigurationList(page, session)}`)}
</section>`;
}

function misconfigurationBlock(page: Page, { id, message, host, cure, findings }: Misconfiguration): Markup {
  return html`<div class="misconfiguration"><p class="message">${message} <code>${id}</code></p>
${cure.length > 0 ? html`<p>The cure, to be run on <strong>${host}</strong>:</p>${command(cure.join('\n'))}` : undefined}
${findings.length > 0 ? html`<details><summary>What in the captures shows it</summary>${findings.map((finding) => findingBlock(page, finding))}</details>` : undefined}</div>`;
}
