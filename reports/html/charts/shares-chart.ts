import * as Plot from '@observablehq/plot';
import { MODES, type Mode } from '../../../lab/modes.ts';
import type { Situation } from '../../situations.ts';
import { html, type Markup } from '../markup.ts';
import { toneOf, tonesKey } from './line-chart.ts';
import { chart } from './plot.ts';

const WIDTH = 1000;
const ROW = 22;

interface Dot {
  readonly mode: string;
  readonly scheduler: string;
  readonly server: number;
  readonly tone: string;
  readonly share: number;
  readonly ideal: number | undefined;
}

/** What share of the connections each server got (dots) and should have got (ticks), by scheduler and mode. */
export function sharesChart(situation: Situation): Markup {
  const dots = dotsOf(situation);
  const names = serverNames(situation);
  const schedulers = situation.schedulers.map(({ label }) => label);
  const ideals = dots.filter(({ ideal }) => ideal !== undefined);
  const drawn = chart(
    `${situation.title}: share of the connections that each server got, by scheduler and mode, against its ideal share`,
    {
      width: WIDTH,
      height: 46 + ROW * schedulers.length,
      marginLeft: 64,
      marginTop: 24,
      marginBottom: 22,
      marginRight: 12,
      x: {
        percent: true,
        label: null,
        ticks: 5,
        tickSize: 0,
        tickFormat: String,
        zero: true,
      },
      y: { domain: schedulers, label: null, tickSize: 0, padding: 0.2 },
      fx: {
        domain: situation.modes,
        label: null,
        tickFormat: (mode: Mode) => MODES[mode].label,
        padding: 0.08,
      },
      marks: [
        Plot.gridX({ ticks: 4, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.ruleY(
          dots,
          Plot.groupY(
            { x1: 'min', x2: 'max' },
            {
              x1: 'share',
              x2: 'share',
              y: 'scheduler',
              fx: 'mode',
              stroke: 'var(--grid-strong)',
              strokeWidth: 1,
            },
          ),
        ),
        Plot.tickX(ideals, {
          x: 'ideal',
          y: 'scheduler',
          fx: 'mode',
          stroke: 'currentColor',
          strokeWidth: 1.5,
          insetTop: 1,
          insetBottom: 1,
        }),
        Plot.dot(dots, { x: 'share', y: 'scheduler', fx: 'mode', fill: 'tone', r: 4 }),
      ],
    },
  );
  return html`<figure class="plot wide"><figcaption>Share of the connections that each server got, in % ${tonesKey(names)}${ideals.length > 0 ? html`<span class="tones"><span><i class="tone ideal"></i>entitled to</span></span>` : undefined}</figcaption><div class="scroller" role="group" aria-label="Shares, ${situation.title}" tabindex="0">${drawn}</div></figure>`;
}

function dotsOf(situation: Situation): Dot[] {
  const names = serverNames(situation);
  return situation.schedulers.flatMap(({ label, results }) =>
    results.flatMap(({ mode, servers }) => {
      const all = servers.reduce((sum, { connections }) => sum + connections, 0);
      return servers.map(({ host, connections, idealShare }) => ({
        mode,
        scheduler: label,
        server: names.indexOf(host),
        tone: toneOf(names, names.indexOf(host)),
        share: all > 0 ? connections / all : 0,
        ideal: idealShare,
      }));
    }),
  );
}

function serverNames({ schedulers }: Situation): string[] {
  return [
    ...new Set(
      schedulers.flatMap(({ results }) => results.flatMap(({ servers }) => servers.map(({ host }) => host))),
    ),
  ];
}
