import * as Plot from '@observablehq/plot';
import { MODES, type Mode } from '../../../lab/modes.ts';
import { percent } from '../../../statistics/number-text.ts';
import { ratioText } from '../../format.ts';
import type { ThroughputResult } from '../../result-figures.ts';
import { html, type Markup } from '../markup.ts';
import { chart } from './plot.ts';

const WIDTH = 1000;
const ROW = 26;

/** What a director reaches of each reference, with its confidence interval; nothing where nothing was compared. */
export function ratioChart(results: readonly ThroughputResult[]): Markup | undefined {
  const ratios = results.flatMap(({ mode, director, ratios: own }) =>
    own.map(({ reference, ratio }) => ({ mode, row: `${director} ÷ ${reference}`, ...ratio })),
  );
  const [first] = ratios;
  if (first === undefined) return undefined;
  const rows = [...new Set(ratios.map(({ row }) => row))];
  const modes = [...new Set(ratios.map(({ mode }) => mode))];
  const better = results[0]?.higherIsBetter ? 'more is better' : 'less is better';
  // An interval that is very wide goes to the edge; its bounds stand beside it.
  const edge = Math.max(1.25, ...ratios.map(({ value, high }) => Math.min(high, value * 1.6)));
  const named = ratios.map((one) => ({
    ...one,
    low: Math.max(0, one.low),
    high: Math.min(one.high, edge),
    text: ratioText(one),
  }));
  const drawn = chart(
    `${results[0]?.title}: ratios to the references. ${named.map(({ mode, row, text }) => `${mode} ${row} ${text}`).join(', ')}`,
    {
      width: WIDTH,
      height: 48 + ROW * rows.length,
      marginLeft: 110,
      marginTop: 24,
      marginBottom: 24,
      marginRight: 84,
      x: { label: null, ticks: 4, tickSize: 0, domain: [0, edge] },
      y: { domain: rows, label: null, tickSize: 0 },
      fx: { domain: modes, label: null, tickFormat: (mode: Mode) => MODES[mode].label, padding: 0.16 },
      marks: [
        Plot.gridX({ ticks: 4, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.ruleX([1], { stroke: 'currentColor', strokeOpacity: 0.55, strokeDasharray: '3 3' }),
        Plot.ruleY(named, {
          x1: 'low',
          x2: 'high',
          y: 'row',
          fx: 'mode',
          stroke: 'var(--tone-1)',
          strokeWidth: 6,
          strokeOpacity: 0.3,
        }),
        Plot.dot(named, { x: 'value', y: 'row', fx: 'mode', fill: 'var(--tone-1)', r: 4 }),
        Plot.text(named, {
          x: 'high',
          y: 'row',
          fx: 'mode',
          text: 'text',
          textAnchor: 'start',
          dx: 7,
          fill: 'currentColor',
          stroke: 'var(--page)',
          strokeWidth: 4,
        }),
      ],
    },
  );
  return html`<figure class="plot wide"><figcaption>Ratio to each reference <span class="quiet">${better}; bands: ${percent(first.confidence)} confidence interval; dashed line: equal to the reference</span></figcaption><div class="scroller" role="group" aria-label="Ratios, ${results[0]?.title}" tabindex="0">${drawn}</div></figure>`;
}
