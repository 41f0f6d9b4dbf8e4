import * as Plot from '@observablehq/plot';
import { MODES } from '../../../lab/modes.ts';
import { flagged, isDisturbed } from '../../noise.ts';
import type { ThroughputResult } from '../../result-figures.ts';
import { html, type Markup } from '../markup.ts';
import { chart, TONES } from './plot.ts';

const NS_PER_SECOND = 1e9;

/** A rate of frames whose size and number of flows are known. */
type Sized = ThroughputResult & { readonly flows: number; readonly frameBytes: number };

/**
 * What a packet costs by the number of flows: a plot for each mode and size of frames, a line for each contestant. Nothing
 * where rates were measured with one number of flows only.
 */
export function growthCharts(results: readonly ThroughputResult[]): Markup | undefined {
  const sized = results.filter(isSized);
  const plots = [...Map.groupBy(sized, ({ mode, frameBytes }) => `${mode} ${frameBytes}`).values()].filter(
    (plot) => new Set(plot.map(({ flows }) => flows)).size > 2,
  );
  if (plots.length === 0) return undefined;
  const note = plots.flat().some(isDisturbed) ? `; ${flagged('other processes used the machine', true)}` : '';
  return html`<p class="legend">What a packet costs as flows grow in number <span class="quiet">less is better; both scales are logarithmic${note}</span></p>
<div class="plots">${plots.map(growthChart)}</div>`;
}

function isSized(one: ThroughputResult): one is Sized {
  return one.status === 'measured' && one.flows !== undefined && one.frameBytes !== undefined;
}

function growthChart(results: readonly Sized[]): Markup {
  const [{ mode, frameBytes }] = results as [Sized, ...Sized[]];
  const names = [...new Set(results.map(({ director }) => director))];
  const points = results.map(({ director, flows, geometricMean }) => ({
    director,
    flows,
    costNs: NS_PER_SECOND / geometricMean,
    tone: TONES[names.indexOf(director) % TONES.length],
  }));
  const ends = names.map((name) => points.findLast(({ director }) => director === name));
  const title = `${MODES[mode].label}, frames of ${frameBytes.toLocaleString('en')} bytes`;
  const said = points.map(
    ({ director, flows, costNs }) =>
      `${director} ${flows.toLocaleString('en')} flows ${Math.round(costNs)} ns`,
  );
  const drawn = chart(`${title}: nanoseconds for a packet by number of flows. ${said.join(', ')}`, {
    width: 400,
    height: 240,
    marginLeft: 52,
    marginRight: 80,
    marginTop: 8,
    marginBottom: 36,
    x: {
      type: 'log',
      label: 'flows',
      labelArrow: 'none',
      labelAnchor: 'center',
      labelOffset: 32,
      ticks: [...new Set(points.map(({ flows }) => flows))],
      tickFormat: '~s',
      tickSize: 0,
    },
    y: { type: 'log', label: null, ticks: 4, tickFormat: ',', tickSize: 0, nice: true },
    marks: [
      Plot.gridY({ ticks: 4, stroke: 'var(--grid)', strokeOpacity: 1 }),
      Plot.line(points, { x: 'flows', y: 'costNs', z: 'director', stroke: 'tone', strokeWidth: 1.4 }),
      Plot.dot(points, { x: 'flows', y: 'costNs', fill: 'tone', r: 2.5 }),
      Plot.text(ends, {
        x: 'flows',
        y: 'costNs',
        text: 'director',
        textAnchor: 'start',
        dx: 6,
        fill: 'tone',
      }),
    ],
  });
  return html`<figure class="plot"><figcaption>${title} <span class="quiet">ns a packet</span></figcaption>${drawn}</figure>`;
}
