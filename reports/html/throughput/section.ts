import { type Measure, measuresOf, measureTable, notesOf } from '../../tables/throughput.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page } from '../page.ts';
import { tableMarkup } from '../table.ts';
import { latencyChart } from './latency-chart.ts';
import { ratioChart } from './ratio-chart.ts';

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
  const id = page.ids.of('throughput', measure.id);
  const notes = notesOf(measure);
  return html`<section class="measure" id="${id}">${heading(3, id, title)}
${ratioChart(results)}
${tableMarkup(page, measureTable(measure, ['turns', 'latency', 'cpu']), { caption: title })}
${notes.length > 0 ? html`<ul class="quiet">${notes.map((note) => html`<li>${note}</li>`)}</ul>` : undefined}
${latencyChart(results)}
</section>`;
}
