import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import { MEANINGS, type Status, tally, worstStatus } from '../status.ts';
import { isPacketCase, suiteKey } from '../suites.ts';
import { type CellShare, cellShares } from '../tables/cell-shares.ts';
import { statusesIn } from '../tables/fairness.ts';
import {
  isUntried,
  type Overview,
  type OverviewCell,
  type OverviewColumn,
  overviewOf,
} from '../tables/overview.ts';
import { suiteId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { mark, type Page, scroller } from './page.ts';

/** How everything came out: scheduler by mode, each cell leading to its evidence; then the packet cases in a line. */
export function matrixSection(page: Page): Markup | undefined {
  const { cases, fairness } = page.result;
  if (cases.length + fairness.length === 0) return html`<p>Nothing was judged.</p>`;
  const overview = overviewOf(page.result);
  const used = statusesIn([...cases, ...fairness]);
  return html`${overview.rows.length > 0 ? matrixTable(page, overview) : undefined}
<p class="legend">${used.map((status) => html`<span>${mark(status)} ${MEANINGS[status]}</span>`)}${overview.rows.length > 0 ? html`<span>bar: how connections were shared among the servers; ticks: the scheduler’s rule</span>` : undefined}</p>
${packetLine(page)}`;
}

function matrixTable(page: Page, { columns, rows }: Overview): Markup {
  const head = html`<span class="cell-parts" aria-hidden="true"><span>cases</span><span>fairness</span><span>shares (%)</span></span>`;
  const table = html`<table class="overview"><caption class="hidden">By scheduler and mode: cases of live traffic, situations of fairness, and shares of the servers</caption>
<thead><tr><th scope="col">Scheduler</th>${columns.map(({ label }) => html`<th scope="col"><span class="mode">${label}</span>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ scheduler, cells }) =>
      html`<tr><th scope="row"><code>${scheduler}</code></th>${columns.map((column, index) => html`<td>${cell(page, scheduler, column, cells[index] ?? { fairness: [] })}</td>`)}</tr>`,
  )}</tbody></table>`;
  return scroller('Every scheduler in every mode', table);
}

function cell(page: Page, scheduler: string, column: OverviewColumn, own: OverviewCell): Markup {
  const { suite, fairness } = own;
  if (isUntried(own)) return html`<span class="quiet">not run</span>`;
  const worst = worstStatus([...(suite?.cases ?? []), ...fairness]) ?? 'skipped';
  const shares = cellShares(fairness, suite?.sessions ?? []);
  const href = `#${suiteId(page, suiteKey({ ...column, scheduler }))}`;
  return html`<a class="cell ${worst}" href="${href}"><span class="hidden">${scheduler} ${column.label}: ${cellText(own)}</span><span class="cell-parts" aria-hidden="true"><span>${suite ? signs(suite.cases) : html`<span class="quiet">${noSessionText(own)}</span>`}</span><span>${fairness.length > 0 ? signs(fairness) : undefined}</span><span class="shares-of-cell">${shares.length > 0 ? shareBar(shares) : undefined}</span></span></a>`;
}

/** Why there are no cases of a cell that has figures only. */
export function noSessionText({ fairness }: OverviewCell): string {
  return fairness.every(({ lab }) => lab === 'memory') ? 'in memory' : 'no session';
}

/** `14 of 14 cases passed; fairness: 10 of 10 situations passed, 3 measured only` */
export function cellText({ suite, fairness }: OverviewCell): string {
  const words = (items: readonly { readonly status: Status }[], noun: string) => {
    const { held, judged, shown } = tally(items);
    const texts = [
      ...(judged > 0 ? [`${held} of ${counted(judged, noun)} passed`] : []),
      ...(shown > 0 ? [`${shown} measured only`] : []),
    ];
    return texts.length > 0 ? texts.join(', ') : `${items.length} skipped`;
  };
  return [
    suite === undefined
      ? 'no session in this run'
      : suite.cases.length === 0
        ? 'no case was judged'
        : words(suite.cases, 'case'),
    ...(fairness.length > 0 ? [`fairness: ${words(fairness, 'situation')}`] : []),
  ].join('; ');
}

/** `✓ 14`, `✗ 12/14`, `✓ 10 ○ 3` */
export function signs(items: readonly { readonly status: Status }[]): Markup {
  const worst = worstStatus(items);
  if (worst === undefined) return html`<span class="quiet">none</span>`;
  const { held, judged, shown } = tally(items);
  if (judged + shown === 0) return html`${mark(worst)} ${items.length}`;
  const passed = held === judged ? String(judged) : `${held}/${judged}`;
  return html`${judged > 0 ? html`${mark(worst)} ${passed}` : undefined}${judged > 0 && shown > 0 ? ' ' : undefined}${shown > 0 ? html`${mark('shown')} ${shown}` : undefined}`;
}

/** More servers than this are a picture, not figures. */
const MOST_FIGURES = 4;

/** One bar that all connections make, a piece for each server, with ticks where the rule would have its ends. */
function shareBar(shares: readonly CellShare[]): Markup {
  const ends = (of: (share: CellShare) => number) => {
    let sum = 0;
    return shares.map((share) => {
      sum += of(share);
      return sum * 100;
    });
  };
  const seen = ends((share) => share.seen);
  const ticks = shares.every(({ expected }) => expected !== undefined)
    ? ends(({ expected = 0 }) => expected).slice(0, -1)
    : [];
  const pieces = shares.map((share, index) => {
    const width = share.seen * 100;
    return html`<rect class="piece-${index % 3}" x="${((seen[index] ?? 0) - width).toFixed(1)}" y="3" width="${width.toFixed(1)}" height="10"/>`;
  });
  const figures =
    shares.length > MOST_FIGURES
      ? undefined
      : html`<span class="figures-of-cell">${shares.map(({ seen: share }) => Math.round(share * 100)).join('·')}</span>`;
  return html`<svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">${pieces}${ticks.map((at) => html`<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="0" y2="16"/>`)}</svg>${figures}`;
}

/** Cases played packet by packet: how many hold in each mode. */
function packetLine(page: Page): Markup | undefined {
  const cases = page.result.cases.filter(isPacketCase);
  if (cases.length === 0) return undefined;
  const inModes = ALL_MODES.flatMap((mode) => {
    const own = cases.filter((item) => item.mode === mode);
    return own.length > 0 ? [{ mode, own }] : [];
  });
  return html`<p class="packet-line"><a href="#packets">Packet by packet</a> ${inModes.map(({ mode, own }) => html`<span>${MODES[mode].label} ${signs(own)}</span> `)}</p>`;
}
