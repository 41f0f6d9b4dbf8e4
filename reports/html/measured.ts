/** Sections of what was measured or tried beside the cases: speed, cost, mutants of the director, recordings of the kernel. */
import { FAULTS_LEGEND, faultsTable, faultsTally } from '../tables/faults.ts';
import { floodsTable, floodText } from '../tables/floods.ts';
import {
  AREAS_LEGEND,
  areasTable,
  generatedText,
  idleCases,
  livingOf,
  livingTable,
} from '../tables/generated-mutants.ts';
import { microGroups, scaleTable } from '../tables/in-memory.ts';
import { killedText, mutantsTable } from '../tables/mutants.ts';
import { differenceLines, replayTable, totalText } from '../tables/replay.ts';
import { type Measure, measuresOf, measureTable, notesOf } from '../tables/throughput.ts';
import { fullLegend } from '../tables/throughput-legend.ts';
import { growthCharts } from './charts/growth-chart.ts';
import { latencyChart } from './charts/latency-chart.ts';
import { lineChart } from './charts/line-chart.ts';
import { ratioChart } from './charts/ratio-chart.ts';
import { caseId, measureId, mutantId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** Every measure with its plots, turns, latency and CPU time; nothing where none was taken. */
export function throughputInFullSection(page: Page): Markup | undefined {
  const measures = measuresOf(page.result.throughput);
  if (measures.length === 0) return undefined;
  return html`<p class="lead">Absolute figures hold for this machine only. What can be compared is the ratio to a reference that was measured in turns with the director, in the same run on the same machine.</p>
<dl class="legend meanings">${fullLegend(page.result.throughput).map(({ term, meaning }) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>
${growthCharts(page.result.throughput)}
${measures.map((measure) => measurePart(page, measure))}`;
}

function measurePart(page: Page, measure: Measure): Markup {
  const { title, results } = measure;
  const id = measureId(page, measure.id);
  const notes = notesOf(measure);
  return html`<section class="measure" id="${id}">${heading(id, title)}
${ratioChart(results)}
${tableMarkup(page, measureTable(measure, ['turns', 'latency', 'cpu by role']), { caption: title })}
${notes.length > 0 ? html`<ul class="quiet">${notes.map((note) => html`<li>${note}</li>`)}</ul>` : undefined}
${latencyChart(results)}
</section>`;
}

/** Schedulers and connection table alone, in memory, under a virtual clock. */
export function scaleSection(page: Page): Markup | undefined {
  const { scale } = page.result;
  if (scale.length === 0) return undefined;
  return html`<p class="lead">The same schedulers and the same connection table, in memory under a virtual clock, so that no network limits them.</p>
${tableMarkup(page, scaleTable(scale), { caption: 'Schedulers at scale' })}`;
}

/** What parts of the director cost by themselves, each beside a reference. */
export function microSection(page: Page): Markup | undefined {
  const { micro = [] } = page.result;
  if (micro.length === 0) return undefined;
  return html`<p class="lead">Parts of the director by themselves, without a network. Memory allocated per packet must be garbage-collected, which delays other packets.</p>
${microGroups(micro).map(({ name, table }) => tableMarkup(page, table, { caption: `Cost: ${name}` }))}`;
}

/** What became of traffic while servers, links and the director failed. */
export function faultsSection(page: Page): Markup | undefined {
  const { faults = [] } = page.result;
  if (faults.length === 0) return undefined;
  return html`<p class="lead">Idle and busy connections and flows of datagrams were open while something failed. ${faultsTally(faults)}.</p>
${tableMarkup(page, faultsTable(faults), { caption: 'Faults' })}
<ul class="quiet">${FAULTS_LEGEND.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** What floods did to established connections and to the director, also over time. */
export function floodsSection(page: Page): Markup | undefined {
  const { floods = [] } = page.result;
  if (floods.length === 0) return undefined;
  return html`<p class="lead">Connections went on asking while SYNs came from many addresses, and were never followed by more.</p>
${tableMarkup(page, floodsTable(floods), { caption: 'Floods' })}
${floods.map(
  (flood) => html`<p>${floodText(flood)}.</p>
<div class="plots">${flood.series.map((one) => lineChart(one, `${flood.director}, ${flood.mode}`))}</div>`,
)}`;
}

/** The proof that the cases see something: directors made wrong on purpose, and which case killed each. */
export function mutantsSection(page: Page): Markup | undefined {
  const { mutants } = page.result;
  if (mutants.length === 0) return undefined;
  const table = mutantsTable(mutants, {
    idOf: (mutant) => mutantId(page, mutant),
    hrefOfCase: (id) => {
      const item = page.result.cases.find((one) => one.id === id);
      return item && `#${caseId(page, item)}`;
    },
  });
  return html`<p class="lead">Each of these directors contains one deliberate mistake, and the same cases were run against it, to show that they detect mistakes: ${killedText(mutants)}.</p>
${tableMarkup(page, table, { caption: 'Mutants and the cases that killed them', style: 'wrong' })}`;
}

/** How much of what can go wrong the cases see: mutants that nobody chose. */
export function generatedSection(page: Page): Markup | undefined {
  const { generated } = page.result;
  if (generated === undefined) return undefined;
  const living = livingOf(generated);
  const idle = idleCases(generated);
  return html`<p class="lead">Each of these directors contains one mistake that was generated from its source and drawn at random, and the cases were run against it in memory: ${generatedText(generated)}.</p>
${tableMarkup(page, areasTable(generated), { caption: 'Generated mutants by area of the director' })}
<ul class="quiet">${AREAS_LEGEND.map((line) => html`<li>${line}</li>`)}</ul>
${living.length > 0 ? tableMarkup(page, livingTable(living), { caption: 'Mutants that no case killed', showsCaption: true }) : undefined}
${
  idle.length > 0
    ? html`<h3>Cases that killed none of the mutants that they were tried on</h3>
<ul>${idle.map(({ name, tried }) => html`<li><code>${name}</code>, tried on ${tried}</li>`)}</ul>`
    : undefined
}`;
}

/** Recordings of the kernel's IPVS, and where the director differs from them. */
export function replaySection(page: Page): Markup | undefined {
  const { replay } = page.result;
  if (replay === undefined) return undefined;
  const { files, errors } = replay;
  const differences = files.flatMap((one) => one.differences.map((difference) => ({ ...one, difference })));
  return html`<p class="lead">Recordings of the kernel’s IPVS, replayed through the director’s core in memory. ${totalText(files)}.</p>
${errors.length > 0 ? html`<ul>${errors.map(({ error }) => html`<li>${error}</li>`)}</ul>` : undefined}
${differences.map(
  ({ file, difference }) => html`<h3>${file}</h3>
<pre>${differenceLines(difference).join('\n')}</pre>`,
)}
${files.length > 0 ? tableMarkup(page, replayTable(files), { caption: 'Recordings' }) : undefined}`;
}
