import { microGroups } from '../tables/micro.ts';
import { scaleTable } from '../tables/scale.ts';
import { type Measure, measuresOf, measureTable, notesOf } from '../tables/throughput.ts';
import { latencyChart } from './charts/latency-chart.ts';
import { ratioChart } from './charts/ratio-chart.ts';
import { measureId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** How fast, beside references that were measured in the same run; nothing where this was not measured. */
export function throughputSection(page: Page): Markup | undefined {
  const measures = measuresOf(page.result.throughput);
  if (measures.length === 0) return undefined;
  return html`<section id="throughput">
${heading(2, 'throughput', 'Throughput and latency')}
<p class="lead">Absolute figures belong to this machine. What carries over is the ratio to a reference that was measured in turns with the director, in this run, on this machine.</p>
${measures.map((measure) => measurePart(page, measure))}
</section>`;
}

function measurePart(page: Page, measure: Measure): Markup {
  const { title, results } = measure;
  const id = measureId(page, measure.id);
  const notes = notesOf(measure);
  return html`<section class="measure" id="${id}">${heading(3, id, title)}
${ratioChart(results)}
${tableMarkup(page, measureTable(measure, ['turns', 'latency', 'cpu']), { caption: title })}
${notes.length > 0 ? html`<ul class="quiet">${notes.map((note) => html`<li>${note}</li>`)}</ul>` : undefined}
${latencyChart(results)}
</section>`;
}

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
