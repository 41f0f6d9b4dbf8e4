import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';

/** What the run left out and why, directors that could not run here included; nothing if it left out nothing. */
export function notCoveredSection({ result }: Page): Markup | undefined {
  const sentences = [
    ...result.notCovered,
    ...result.directors
      .filter(({ available }) => !available)
      .map(({ name, reason }) => `${name} could not run here: ${reason ?? 'no reason was given'}.`),
  ];
  if (sentences.length === 0) return undefined;
  return html`<section id="not-covered">
${heading(2, 'not-covered', 'What this run did not cover')}
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
</section>`;
}
