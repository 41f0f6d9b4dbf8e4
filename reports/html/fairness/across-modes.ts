import { acrossModesTable, reasonsOf } from '../../tables/fairness.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page } from '../page.ts';
import { tableMarkup } from '../table.ts';

/** Whether each scheduler decides alike in all modes, given the same connections, and why not where it does not. */
export function acrossModesSection(page: Page): Markup | undefined {
  const { acrossModes } = page.result;
  if (acrossModes.length === 0) return undefined;
  return html`<section id="across-modes">
${heading(2, 'across-modes', 'One scheduler, three modes')}
<p class="lead">The same connections with the same seed in every mode. Digests are of the sequence of servers: where they are equal, every single decision was.</p>
${tableMarkup(page, acrossModesTable(acrossModes), { caption: 'Decisions of each scheduler across modes' })}
<ul class="quiet">${reasonsOf(acrossModes).map((reason) => html`<li>${reason}</li>`)}</ul>
</section>`;
}
