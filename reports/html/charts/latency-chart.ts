import * as Plot from '@observablehq/plot';
import { MODES, type Mode } from '../../../lab/modes.ts';
import { isDisturbed, NOISE_SIGN } from '../../noise.ts';
import type { ThroughputResult } from '../../result-figures.ts';
import { NOISE_SENTENCE } from '../../tables/throughput-legend.ts';
import { html, type Markup } from '../markup.ts';
import { percentileText, percentileTicks } from './percentile-ticks.ts';
import { chart, TONES } from './plot.ts';

/** Lines that cannot be told apart by colour alone. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 2 1 2 1 2'];
/** Of references: the director has the first tone, and no reference has it. */
const REFERENCE_TONES = [...TONES.slice(1), 'var(--quiet)'] as const;

const MARGIN = { left: 40, right: 26 };
const WIDTH = 340;

/** Latency by percentile of director and references, one plot for each mode. */
export function latencyChart(results: readonly ThroughputResult[]): Markup | undefined {
  const measured = results.filter(hasDistribution);
  if (measured.length === 0) return undefined;
  const own = new Set(measured.filter(({ ratios }) => ratios.length > 0).map(({ director }) => director));
  const directors = [...new Set([...own, ...measured.map(({ director }) => director)])];
  const tones = directors.map((name, index) => ({
    name,
    tone: own.has(name)
      ? TONES[0]
      : (REFERENCE_TONES[(index - own.size) % REFERENCE_TONES.length] ?? TONES[0]),
    dash: DASHES[index % DASHES.length] ?? '',
    width: own.has(name) ? 2.4 : 1.6,
  }));
  const noise = measured.some(isDisturbed)
    ? html` <span class="quiet">${NOISE_SIGN} ${NOISE_SENTENCE}</span>`
    : undefined;
  const modes = [...Map.groupBy(measured, ({ mode }) => mode)];
  return html`<p class="legend lines">Latency by percentile (ms) ${tones.map(
    ({ name, tone, dash, width }) =>
      html`<span><svg width="42" height="8" aria-hidden="true"><line x1="0" x2="42" y1="4" y2="4" stroke="${tone}" stroke-width="${width}" stroke-dasharray="${dash}"/></svg> ${name}</span>`,
  )}${noise}</p>
<div class="plots">${modes.map(([mode, inMode]) => latencyPlot(mode, inMode, tones))}</div>`;
}

interface WithDistribution extends ThroughputResult {
  readonly latencyDistribution: [fraction: number, latencyMs: number][];
}

function hasDistribution(result: ThroughputResult): result is WithDistribution {
  return (result.latencyDistribution?.length ?? 0) > 1;
}

interface Tone {
  readonly name: string;
  readonly tone: string;
  readonly dash: string;
  readonly width: number;
}

/** Percentiles lie as far apart as they are rare: 90 %, 99 % and 99.9 % at equal distances. */
function latencyPlot(mode: Mode, results: readonly WithDistribution[], tones: readonly Tone[]): Markup {
  const label = `Latency by percentile in ${MODES[mode].label}: ${results.map(({ director }) => director).join(', ')}`;
  const points = results.map(({ director, latencyDistribution, latencyMs: { samples = Infinity } = {} }) => ({
    director,
    points: latencyDistribution
      .filter(([fraction]) => fraction >= 0 && fraction < 1)
      // 1 / (1 − 0.999) is a little less than 1000 as doubles have it.
      .map(([fraction, latencyMs]) => ({ rarity: Number((1 / (1 - fraction)).toPrecision(9)), latencyMs }))
      // Of fewer requests than that, the rarest is not known.
      .filter(({ rarity }) => rarity <= samples),
  }));
  const disturbed = results.filter(isDisturbed).map(({ director }) => director);
  const rarest = Math.max(...points.flatMap((one) => one.points.map(({ rarity }) => rarity)));
  const drawn = chart(label, {
    width: WIDTH,
    height: 170,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: 8,
    marginBottom: 26,
    x: { type: 'log', axis: null, domain: [1, rarest] },
    y: { label: null, ticks: 3, tickSize: 0, zero: true, nice: true },
    marks: [
      // Not an axis of the library’s: on a logarithmic scale that leaves ticks between powers of ten without a label.
      Plot.text(percentileTicks(rarest, WIDTH - MARGIN.left - MARGIN.right), {
        x: (rarity: number) => rarity,
        text: percentileText,
        frameAnchor: 'bottom',
        lineAnchor: 'top',
        dy: 13,
        fill: 'currentColor',
      }),
      Plot.gridY({ ticks: 3, stroke: 'var(--grid)', strokeOpacity: 1 }),
      ...points.map((one) => {
        const { tone, dash, width } = tones.find(({ name }) => name === one.director) ?? tones[0]!;
        return Plot.line(one.points, {
          x: 'rarity',
          y: 'latencyMs',
          stroke: tone,
          strokeWidth: width,
          strokeDasharray: dash,
        });
      }),
    ],
  });
  return html`<figure class="plot"><figcaption>${MODES[mode].label}${disturbed.length > 0 ? html` <span class="quiet">${NOISE_SIGN} ${disturbed.join(', ')}</span>` : undefined}</figcaption>${drawn}</figure>`;
}
