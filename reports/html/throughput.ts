import { MODES } from '../../lab/modes.ts';
import { FEWEST_FOR_INTERVAL } from '../../statistics/interval.ts';
import { ratioText } from '../format.ts';
import { NOISE_SIGN } from '../noise.ts';
import { measuresOf } from '../tables/throughput.ts';
import { NOISE_SENTENCE } from '../tables/throughput-legend.ts';
import { modesOf, type Reached, reachedOf } from '../tables/throughput-overview.ts';
import { measureId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { type Page, scroller } from './page.ts';

/** What each director reached in every mode, beside its references; nothing where nothing was compared. */
export function throughputSection(page: Page): Markup | undefined {
  const reached = reachedOf(page.result.throughput);
  if (reached.length === 0) return undefined;
  const modes = modesOf(reached);
  const measures = measuresOf(reached.map(({ result }) => result));
  const fewTurns = reached.some(({ result }) =>
    result.ratios.some(({ ratio }) => ratio.samples < FEWEST_FOR_INTERVAL),
  );
  const table = html`<table class="reached"><caption class="hidden">Throughput and latency by mode, as multiples of the references</caption>
<thead><tr><th scope="col">Measure</th>${modes.map((mode) => html`<th scope="col">${MODES[mode].label}</th>`)}</tr></thead>
<tbody>${measures.map(
    ({ id, title }) =>
      html`<tr><th scope="row"><a href="#${measureId(page, id)}">${title}</a></th>${modes.map((mode) => html`<td>${reached.filter(({ result }) => result.measure === id && result.mode === mode).map((one) => cell(one, reached))}</td>`)}</tr>`,
  )}</tbody></table>`;
  return html`<p class="quiet">Geometric mean, and below it as a multiple of each reference, measured in turns on the same machine${fewTurns ? '; with few turns, multiples are rough' : undefined}. Intervals, latency and CPU time: <a href="#throughput-in-full">in full</a>.${reached.some(({ isDisturbed }) => isDisturbed) ? ` ${NOISE_SIGN} ${NOISE_SENTENCE}.` : undefined}</p>
${scroller('Throughput and latency by mode', table)}`;
}

function cell({ result, mean, ratios, isDisturbed }: Reached, all: readonly Reached[]): Markup {
  const severalDirectors = all.some((other) => other.result.director !== result.director);
  return html`<div><strong>${isDisturbed ? `${NOISE_SIGN} ` : undefined}${mean}</strong>${severalDirectors ? ` ${result.director}` : undefined}</div>
<div class="ratios">${ratios.map(({ reference, text }, index) => html`<span title="${ratioText(result.ratios[index]!.ratio)} of ${reference}">${reference} <b>${text}</b></span> `)}</div>`;
}
