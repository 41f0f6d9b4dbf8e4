import { percent } from '../../../statistics/number-text.ts';
import { alignedFigures } from '../../figures.ts';
import { duration } from '../../format.ts';
import type { ThroughputResult } from '../../result-figures.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page, scroller } from '../page.ts';
import { latencyChart } from './latency-chart.ts';
import { ratioChart } from './ratio-chart.ts';

/** How fast, beside references that were measured in the same run; nothing where this was not measured. */
export function throughputSection(page: Page): Markup | undefined {
  const measures = [...Map.groupBy(page.result.throughput, ({ measure }) => measure).values()];
  if (measures.length === 0) return undefined;
  return html`<section id="throughput">
${heading(2, 'throughput', 'Throughput and latency')}
<p class="lead">Absolute figures belong to this machine. What carries over is the ratio to a reference that was measured in turns with the director, in this run, on this machine.</p>
${measures.map((results) => measurePart(page, results))}
</section>`;
}

function measurePart(page: Page, results: readonly ThroughputResult[]): Markup {
  const { measure, title } = results[0]!;
  const id = page.ids.of('throughput', measure);
  return html`<section class="measure" id="${id}">${heading(3, id, title)}
${ratioChart(results)}
${scroller(title, resultTable(results))}
${latencyChart(results)}
</section>`;
}

function resultTable(results: readonly ThroughputResult[]): Markup {
  const medians = alignedFigures(
    results.map(({ status, median }) => (status === 'measured' ? median : undefined)),
  );
  const hasLatency = results.some(({ latencyMs }) => latencyMs !== undefined);
  const roles = [...new Set(results.flatMap(({ cpu }) => Object.keys(cpu)))];
  const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));
  return html`<table><caption class="hidden">${results[0]?.title}</caption>
<thead><tr><th scope="col">Mode</th><th scope="col">Through</th><th scope="col" class="number">Median (${results[0]?.unit})</th><th scope="col" class="number">Turns</th>${hasLatency ? html`<th scope="col" class="number">p50</th><th scope="col" class="number">p99</th><th scope="col" class="number">Max</th>` : undefined}${roles.map((role) => html`<th scope="col" class="number">CPU ${role}</th>`)}<th scope="col">Held back by</th></tr></thead>
<tbody>${results.map((one, row) => {
    const head = html`<td>${one.mode.toUpperCase()}</td><th scope="row">${one.director}</th>`;
    if (one.status !== 'measured') {
      const columns = 3 + (hasLatency ? 3 : 0) + roles.length;
      return html`<tr class="${one.status}">${head}<td colspan="${columns}">${one.status === 'error' ? 'could not be measured' : 'not measured'}: ${one.reason ?? 'no reason was given'}</td></tr>`;
    }
    return html`<tr${one.ratios.length > 0 ? html` class="own"` : undefined}>${head}<td class="number">${medians[row]}</td><td class="number">${one.samples.length}</td>${
      hasLatency
        ? html`<td class="number">${milliseconds(one.latencyMs?.p50)}</td><td class="number">${milliseconds(one.latencyMs?.p99)}</td><td class="number">${milliseconds(one.latencyMs?.max)}</td>`
        : undefined
    }${roles.map((role) => html`<td class="number">${one.cpu[role] === undefined ? '' : percent(one.cpu[role])}</td>`)}<td>${one.bottleneck}</td></tr>`;
  })}</tbody></table>`;
}
