import * as Plot from '@observablehq/plot';
import type { Trend } from '../../gate/history-document.ts';
import { changeText, levelsText, runText } from '../../gate/history-words.ts';
import { html, type Markup } from '../markup.ts';
import { chart, TONES } from './plot.ts';

/** A benchmark run by run: a dot for each ratio, a line for each level. @param runs How many there were in all. */
export function trendChart(trend: Trend, runs: number): Markup {
  const { key, title, higherIsBetter, points, groups, lastChange, answer } = trend;
  const dots = points.map(({ run, ratio }) => ({ run: run + 1, ratio }));
  const levels = groups.map(({ from, count, level }) => ({
    level,
    from: dots[from]!.run - 0.4,
    to: dots[from + count - 1]!.run + 0.4,
  }));
  const told =
    lastChange === undefined
      ? answer
      : `${levelsText(trend)}: ${changeText(trend)} since ${runText(lastChange.run)}`;
  const drawn = chart(`${key}, ratio to its references in ${points.length} runs: ${told}`, {
    width: 340,
    height: 150,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 32,
    x: {
      label: 'run',
      labelArrow: 'none',
      labelAnchor: 'center',
      labelOffset: 30,
      domain: [0.5, Math.max(runs, 2) + 0.5],
      ticks: Array.from({ length: runs }, (_, i) => i + 1).filter((run) => run % Math.ceil(runs / 8) === 0),
      tickFormat: 'd',
      tickSize: 0,
    },
    y: { label: null, ticks: 3, tickSize: 0, nice: true },
    marks: [
      Plot.gridY({ ticks: 3, stroke: 'var(--grid)', strokeOpacity: 1 }),
      Plot.ruleY(levels, { y: 'level', x1: 'from', x2: 'to', stroke: TONES[0], strokeWidth: 2.4 }),
      Plot.dot(dots, { x: 'run', y: 'ratio', r: 2.6, fill: TONES[1] }),
    ],
  });
  return html`<figure class="plot"><figcaption>${title} <span class="quiet">${key}</span></figcaption>${drawn}<p class="quiet">${told}${higherIsBetter ? '' : ' · lower is better'}</p></figure>`;
}
