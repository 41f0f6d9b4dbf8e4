import { scaleTable } from '../tables/scale.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** Schedulers and connection table alone, in memory, under a virtual clock. */
export function scaleSection(page: Page): Markup | undefined {
  const { scale } = page.result;
  if (scale.length === 0) return undefined;
  return html`<section id="scale">
${heading(2, 'scale', 'At scale')}
<p class="lead">The same schedulers and the same connection table, in memory under a virtual clock, so that no network sets the limit.</p>
${tableMarkup(page, scaleTable(scale), { caption: 'Schedulers at scale' })}
</section>`;
}
