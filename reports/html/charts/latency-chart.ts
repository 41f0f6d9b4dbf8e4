import * as Plot from '@observablehq/plot';
import { MODES, type Mode } from '../../../lab/modes.ts';
import type { ThroughputResult } from '../../result-figures.ts';
import { html, type Markup } from '../markup.ts';
import { chart } from './plot.ts';

/** Lines that cannot be told apart by colour alone. */
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '1 2'];

/** One in so many requests takes longer. */
const TICKS = [1, 2, 10, 100, 1000, 10_000];

/** Latency by percentile of director and references, one plot for each mode. */
export function latencyChart(results: readonly ThroughputResult[]): Markup | undefined {
  const measured = results.filter(hasDistribution);
  if (measured.length === 0) return undefined;
  const own = new Set(measured.filter(({ ratios }) => ratios.length > 0).map(({ director }) => director));
  const directors = [...new Set([...own, ...measured.map(({ director }) => director)])];
  const tones = directors.map((name, index) => ({
    name,
    tone: own.has(name) || own.size === 0 ? 'var(--tone-1)' : 'var(--quiet)',
    dash: DASHES[index % DASHES.length] ?? '',
  }));
  const modes = [...Map.groupBy(measured, ({ mode }) => mode)];
  return html`<p class="legend lines">Latency by percentile (ms) ${tones.map(
    ({ name, tone, dash }) =>
      html`<span><svg width="28" height="8" aria-hidden="true"><line x1="0" x2="28" y1="4" y2="4" stroke="${tone}" stroke-width="1.6" stroke-dasharray="${dash}"/></svg> ${name}</span>`,
  )}</p>
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
}

/** Percentiles lie as far apart as they are rare: 90 %, 99 % and 99.9 % at equal distances. */
function latencyPlot(mode: Mode, results: readonly WithDistribution[], tones: readonly Tone[]): Markup {
  const label = `Latency by percentile in ${MODES[mode].label}: ${results.map(({ director }) => director).join(', ')}`;
  const points = results.map(({ director, latencyDistribution }) => ({
    director,
    points: latencyDistribution
      .filter(([fraction]) => fraction >= 0 && fraction < 1)
      .map(([fraction, latencyMs]) => ({ rarity: 1 / (1 - fraction), latencyMs })),
  }));
  const rarest = Math.max(...points.flatMap((one) => one.points.map(({ rarity }) => rarity)));
  const drawn = chart(label, {
    width: 340,
    height: 170,
    marginLeft: 40,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 22,
    x: {
      type: 'log',
      label: null,
      ticks: TICKS.filter((rarity) => rarity <= rarest),
      tickSize: 0,
      tickFormat: (rarity: number) => `${Math.round((1 - 1 / rarity) * 1e4) / 100} %`,
    },
    y: { label: null, ticks: 3, tickSize: 0, zero: true, nice: true },
    marks: [
      Plot.gridY({ ticks: 3, stroke: 'var(--grid)', strokeOpacity: 1 }),
      ...points.map((one) => {
        const { tone, dash } = tones.find(({ name }) => name === one.director) ?? tones[0]!;
        return Plot.line(one.points, {
          x: 'rarity',
          y: 'latencyMs',
          stroke: tone,
          strokeWidth: 1.6,
          strokeDasharray: dash,
        });
      }),
    ],
  });
  return html`<figure class="plot"><figcaption>${MODES[mode].label}</figcaption>${drawn}</figure>`;
}
