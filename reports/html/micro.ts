import { microGroups } from '../tables/micro.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** What parts of the director cost by themselves, each beside a reference. */
export function microSection(page: Page): Markup | undefined {
  const { micro = [] } = page.result;
  if (micro.length === 0) return undefined;
  return html`<section id="micro">
${heading(2, 'micro', 'Cost of a packet')}
<p class="lead">Parts of the director by themselves, without a network. Memory allocated per packet must be garbage-collected, which delays other packets.</p>
${microGroups(micro).map(({ name, table }) => tableMarkup(page, table, { caption: `Cost: ${name}` }))}
</section>`;
}
