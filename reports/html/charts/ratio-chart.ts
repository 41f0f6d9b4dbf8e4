import * as Plot from '@observablehq/plot';
import { MODES, type Mode } from '../../../lab/modes.ts';
import { FEWEST_FOR_INTERVAL } from '../../../statistics/interval.ts';
import { percent } from '../../../statistics/number-text.ts';
import { columnsOf } from '../../columns.ts';
import { comparedFigure } from '../../compared-figure.ts';
import { NOISE_SIGN } from '../../noise.ts';
import type { ThroughputResult } from '../../result-figures.ts';
import { flaggedRatio, ratioIsDisturbed } from '../../tables/throughput.ts';
import { NOISE_SENTENCE } from '../../tables/throughput-legend.ts';
import { html, type Markup } from '../markup.ts';
import { chart } from './plot.ts';

const ROW = 26;
const PANEL = 170;
/** Of a character of the page's face at the size of charts, rounded up. */
const CHARACTER = 6.5;

interface DrawnRatio {
  readonly mode: Mode;
  readonly row: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

/** What a director reaches of each reference, with its confidence interval, a plot for each mode; nothing where nothing was compared. */
export function ratioChart(results: readonly ThroughputResult[]): Markup | undefined {
  const compared = results.map(comparedFigure);
  const confidence = compared.flatMap(({ ratios }) => ratios)[0]?.ratio.confidence;
  if (confidence === undefined) return undefined;
  const ratios = compared.flatMap((own) =>
    own.ratios.map(({ reference, ratio }): DrawnRatio => {
      const { value, samples } = ratio;
      const hasInterval = samples >= FEWEST_FOR_INTERVAL;
      return {
        mode: own.mode,
        row: `${own.director} ÷ ${reference}`,
        value,
        low: hasInterval ? ratio.low : value,
        high: hasInterval ? ratio.high : value,
        text: flaggedRatio(own, reference, ratio, results),
      };
    }),
  );
  const noisy = compared.some((own) =>
    own.ratios.some(({ reference }) => ratioIsDisturbed(own, reference, results)),
  );
  const rateIsGiven = results.some(({ medianLatencyMs }) => medianLatencyMs !== undefined);
  const figure = rateIsGiven ? ' of median latency' : '';
  const notes = [
    compared[0]?.higherIsBetter ? 'more is better' : 'less is better',
    `bands: ${percent(confidence)} confidence interval`,
    'dashed line: equal to the reference',
    ...(noisy ? [`${NOISE_SIGN} ${NOISE_SENTENCE}`] : []),
  ];
  const modes = [...Map.groupBy(ratios, ({ mode }) => mode)];
  return html`<p class="legend">Ratio${figure} to each reference <span class="quiet">${notes.join('; ')}</span></p>
<div class="plots">${modes.map(([mode, own]) => modePlot(mode, own, ratios, results[0]?.title ?? ''))}</div>`;
}

/** @param all Of all modes, which share their scale. */
function modePlot(mode: Mode, own: readonly DrawnRatio[], all: readonly DrawnRatio[], title: string): Markup {
  // An interval that is very wide goes to the edge; its bounds stand beside it.
  const edge = Math.max(1.25, ...all.map(({ value, high }) => Math.min(high, value * 1.6)));
  const drawn = own.map((one) => ({ ...one, high: Math.min(one.high, edge) }));
  const rows = [...new Set(own.map(({ row }) => row))];
  const roomFor = (texts: readonly string[]) => 12 + CHARACTER * Math.max(...texts.map(columnsOf));
  const left = roomFor(all.map(({ row }) => row));
  const right = roomFor(all.map(({ text }) => text));
  const label = `${title}, ${MODES[mode].label}: ratios to the references. ${own.map(({ row, text }) => `${row} ${text}`).join(', ')}`;
  const plot = chart(label, {
    width: Math.round(left + PANEL + right),
    height: 32 + ROW * rows.length,
    marginLeft: left,
    marginTop: 4,
    marginBottom: 24,
    marginRight: right,
    x: { label: null, ticks: 3, tickSize: 0, domain: [0, edge] },
    y: { domain: rows, label: null, tickSize: 0 },
    marks: [
      Plot.gridX({ ticks: 3, stroke: 'var(--grid)', strokeOpacity: 1 }),
      Plot.ruleX([1], { stroke: 'currentColor', strokeOpacity: 0.55, strokeDasharray: '3 3' }),
      Plot.ruleY(drawn, {
        x1: 'low',
        x2: 'high',
        y: 'row',
        stroke: 'var(--tone-1)',
        strokeWidth: 6,
        strokeOpacity: 0.3,
      }),
      Plot.dot(drawn, { x: 'value', y: 'row', fill: 'var(--tone-1)', r: 4 }),
      Plot.text(drawn, {
        y: 'row',
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 10,
        text: 'text',
        fill: 'currentColor',
      }),
    ],
  });
  return html`<figure class="plot"><figcaption>${MODES[mode].label}</figcaption>${plot}</figure>`;
}
