import { figure } from '../figures.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page, scroller } from './page.ts';

/** What parts of the director cost by themselves, each beside a reference. */
export function microSection(page: Page): Markup | undefined {
  const { micro = [] } = page.result;
  if (micro.length === 0) return undefined;
  const table = html`<table><caption class="hidden">Cost of a packet</caption>
<thead><tr><th scope="col">What</th><th scope="col" class="number">Measured</th><th scope="col">Reference</th><th scope="col" class="number">At most</th></tr></thead>
<tbody>${micro.map(
    ({ name, value, unit, reference, goal }) =>
      html`<tr><th scope="row">${name}</th><td class="number">${figure(value)} ${unit}</td><td>${reference && `${figure(reference.value)} ${unit}: ${reference.name}`}</td><td class="number">${goal === undefined ? undefined : `${figure(goal)} ${unit}`}</td></tr>`,
  )}</tbody></table>`;
  return html`<section id="micro">
${heading(2, 'micro', 'Cost of a packet')}
<p class="lead">Parts of the director by themselves, without a network. Heap that a packet takes has to be freed again, which holds up others.</p>
${scroller('Cost of a packet', table)}
</section>`;
}
