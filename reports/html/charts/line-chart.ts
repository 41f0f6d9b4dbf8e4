import * as Plot from '@observablehq/plot';
import type { FairnessResult } from '../../result-figures.ts';
import { html, type Markup } from '../markup.ts';
import { chart, TONES } from './plot.ts';

const MOST_POINTS = 80;

/** Values over time or over connections, a line for each server, with a caption that says which is which. */
export function lineChart(series: FairnessResult['series'][number], where: string): Markup {
  const { x, lines } = thinned(series, MOST_POINTS);
  const names = Object.keys(lines);
  const points = names.flatMap((name, index) =>
    x.map((at, point) => ({ name, x: at, y: lines[name]?.[point], tone: toneOf(names, index) })),
  );
  const label = `${series.name}, ${where}: ${series.yLabel} over ${series.xLabel}`;
  const drawn = chart(label, {
    width: 340,
    height: 140,
    marginLeft: 40,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 32,
    x: {
      label: series.xLabel,
      labelArrow: 'none',
      labelAnchor: 'center',
      labelOffset: 30,
      ticks: 4,
      tickSize: 0,
    },
    y: { label: null, ticks: 3, tickSize: 0, zero: true, nice: true },
    marks: [
      Plot.gridY({ ticks: 3, stroke: 'var(--grid)', strokeOpacity: 1 }),
      Plot.line(points, { x: 'x', y: 'y', z: 'name', stroke: 'tone', strokeWidth: 1.4 }),
    ],
  });
  return html`<figure class="plot"><figcaption>${series.name} <span class="quiet">${series.yLabel}</span> ${tonesKey(names)}</figcaption>${drawn}</figure>`;
}

/** Which tone is whose. One by itself needs no key, and very many cannot have one. */
export function tonesKey(names: readonly string[]): Markup | undefined {
  if (names.length < 2 || names.length > TONES.length) return undefined;
  return html`<span class="tones">${names.map((name, index) => html`<span><i class="tone tone-${index + 1}"></i>${name}</span>`)}</span>`;
}

export function toneOf(names: readonly string[], index: number): string {
  return (names.length > TONES.length ? TONES[1] : TONES[index]) ?? TONES[0];
}

export interface Series {
  readonly x: readonly number[];
  readonly lines: Readonly<Record<string, readonly number[]>>;
}

/** The same series with few enough points for a small plot: of each stretch every line's lowest and highest are kept. */
function thinned({ x, lines }: Series, mostPoints: number): Series {
  if (x.length <= mostPoints) return { x, lines };
  const all = Object.values(lines);
  const stretches = Math.max(1, Math.floor(mostPoints / (2 * all.length)));
  const kept = new Set([0, x.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * x.length) / stretches);
    const to = Math.floor(((stretch + 1) * x.length) / stretches);
    for (const line of all) {
      kept.add(indexOfExtreme(line, from, to, (a, b) => a < b));
      kept.add(indexOfExtreme(line, from, to, (a, b) => a > b));
    }
  }
  const indexes = [...kept].sort((a, b) => a - b);
  const pick = (values: readonly number[]) => indexes.map((index) => values[index] as number);
  return {
    x: pick(x),
    lines: Object.fromEntries(Object.entries(lines).map(([name, values]) => [name, pick(values)])),
  };
}

function indexOfExtreme(
  values: readonly number[],
  from: number,
  to: number,
  isBetter: (a: number, b: number) => boolean,
): number {
  let best = from;
  for (let index = from + 1; index < to; index++) {
    if (isBetter(values[index] as number, values[best] as number)) best = index;
  }
  return best;
}
