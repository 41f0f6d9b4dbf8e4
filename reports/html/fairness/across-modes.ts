import { ALL_MODES } from '../../../lab/modes.ts';
import { count } from '../../../statistics/number-text.ts';
import { mark } from '../mark.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page, scroller } from '../page.ts';

/** Whether each scheduler decides alike in all modes, given the same connections, and why not where it does not. */
export function acrossModesSection({ result }: Page): Markup | undefined {
  const all = result.acrossModes;
  if (all.length === 0) return undefined;
  const modes = ALL_MODES.filter((mode) => all.some(({ digests }) => digests[mode] !== undefined));
  const hasSituations = all.some(({ situation }) => situation !== undefined);
  const table = html`<table class="across"><caption class="hidden">Decisions of each scheduler across modes</caption>
<thead><tr>${hasSituations ? html`<th scope="col">Situation</th>` : undefined}<th scope="col">Scheduler</th><th scope="col">Alike</th>${modes.map((mode) => html`<th scope="col">${mode.toUpperCase()}</th>`)}<th scope="col" class="number">Connections</th><th scope="col">Why</th></tr></thead>
<tbody>${all.map(
    ({ situation, scheduler, alike, mustBeAlike, digests, connections, reason }) =>
      html`<tr>${hasSituations ? html`<td>${situation}</td>` : undefined}<th scope="row">${scheduler}</th><td>${mark(alike ? 'passed' : mustBeAlike ? 'failed' : 'shown')} ${alike ? 'alike' : mustBeAlike ? 'not alike, but must be' : 'need not be'}</td>${modes.map((mode) => html`<td><code>${digests[mode] ?? '–'}</code></td>`)}<td class="number">${count(connections)}</td><td>${reason}</td></tr>`,
  )}</tbody></table>`;
  return html`<section id="across-modes">
${heading(2, 'across-modes', 'One scheduler, three modes')}
<p class="lead">The same connections with the same seed in every mode. Digests are of the sequence of servers: where they are equal, every single decision was.</p>
${scroller('Decisions across modes', table)}
</section>`;
}
