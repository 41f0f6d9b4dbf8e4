import type { HistoryReport, Trend } from '../gate/history-document.ts';
import { historyHeadline, historyScope, runText, TRENDS_NOTE, trendCounts } from '../gate/history-words.ts';
import { trendChart } from './charts/trend-chart.ts';
import { html, type Markup } from './markup.ts';
import { mark } from './page.ts';
import { shell } from './shell.ts';

const STYLES = ['base', 'frame', 'tables', 'charts', 'print'];
const SIGNS = { passed: 'passed', regression: 'failed', untrusted: 'error' } as const;

/** A history as one HTML page that needs no other file and no network: what changed first, then a plot of each benchmark. */
export function historyPage(report: HistoryReport): string {
  const { status, exitCode, reasons, leftOut, trends, runs } = report;
  const sign = SIGNS[status];
  const changed = trends.filter(({ lastChange }) => lastChange !== undefined);
  const others = trends.filter(({ lastChange }) => lastChange === undefined);
  const body = html`<header class="verdict ${sign}">
<p class="product">lvs-lab <span>history</span></p>
<h1>${mark(sign)}${historyHeadline(report)}</h1>
${reasons.length > 0 ? html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
<p class="facts">${historyScope(report)} · ${trendCounts(trends) || 'no benchmarks'} · exit code ${exitCode}</p>
</header>
<main id="main">
${plots('changed', 'What changed', changed, runs.length)}
${plots('unchanged', 'What did not change', others, runs.length)}
<section id="runs"><h2>Runs</h2>
<ol>${runs.map((run) => html`<li>${runText(run)}</li>`)}</ol>
${leftOut.length > 0 ? html`<p>Left out:</p><ul>${leftOut.map((one) => html`<li>${one}</li>`)}</ul>` : undefined}
</section>
</main>`;
  return shell(historyHeadline(report), STYLES, body);
}

function plots(id: string, title: string, trends: readonly Trend[], runs: number): Markup | undefined {
  if (trends.length === 0) return undefined;
  return html`<section id="${id}"><h2>${title}</h2>
<p class="quiet">${TRENDS_NOTE}</p>
<div class="plots">${trends.map((one) => trendChart(one, runs))}</div></section>`;
}
