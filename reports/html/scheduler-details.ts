import { MODES } from '../../lab/modes.ts';
import { count, percent } from '../../statistics/number-text.ts';
import { alignedFigures, figure } from '../figures.ts';
import { size } from '../format.ts';
import type { FairnessResult } from '../result-figures.ts';
import type { SchedulerInSituation } from '../situations.ts';
import { isProblem, MEANINGS } from '../status.ts';
import { lineChart } from './charts/line-chart.ts';
import { figureName } from './definitions.ts';
import { fairnessId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { mark, type Page, scroller } from './page.ts';

/** All that was measured of one scheduler in a situation, mode beside mode. Open if something did not hold. */
export function schedulerDetails(page: Page, { label, results }: SchedulerInSituation): Markup {
  const conclusions = [...new Set(results.map(({ conclusion }) => conclusion))];
  const alike = [...Map.groupBy(results, contentOf).values()];
  const body = html`<summary><span class="title">${label}</span><span>${results.map(({ status }) => mark(status))}</span><span class="quiet">${conclusions[0]}</span></summary>
<div class="modes">${alike.map((own) => panel(page, own, conclusions.length > 1))}</div>`;
  return results.some(isProblem)
    ? html`<details class="scheduler" open>${body}</details>`
    : html`<details class="scheduler">${body}</details>`;
}

/** Everything that a result says but in which mode it came: modes in which it is all the same share a panel. */
function contentOf({ id, mode, lab, ...content }: FairnessResult): string {
  return JSON.stringify(content);
}

/** @param results One, or several that say the same in different modes. */
function panel(page: Page, results: readonly FairnessResult[], hasOwnConclusion: boolean): Markup {
  const [first, ...others] = results as readonly [FairnessResult, ...FairnessResult[]];
  const { status, reason, conclusion, series, sequence, figures } = first;
  const modes = results.map(({ mode }) => MODES[mode].label).join(', ');
  const where = `${first.scheduler}, ${modes}`;
  return html`<article class="${status}" id="${fairnessId(page, first)}" aria-label="${first.title}, ${where}">
${others.map((other) => html`<span id="${fairnessId(page, other)}"></span>`)}
<h4>${modes} <span class="quiet">${mark(status)} ${MEANINGS[status]}${others.length > 0 ? ', alike in all of them' : undefined}</span></h4>
${hasOwnConclusion ? html`<p>${conclusion}</p>` : undefined}${reason ? html`<p>${reason}</p>` : undefined}
${series.filter(({ x }) => x.length > 1).map((one) => lineChart(one, where))}
${scroller(`Servers, ${where}`, serverTable(first))}
${sequence ? html`<p class="quiet">${sequenceText(sequence)}</p>` : undefined}
<dl class="figure-list">${Object.entries(figures).map(([name, value]) => html`<div><dt>${figureName(page, name)}</dt><dd>${figure(value)}</dd></div>`)}</dl></article>`;
}

function sequenceText({ compared, different, digest }: NonNullable<FairnessResult['sequence']>): string {
  const sentence =
    different === 0
      ? `All ${count(compared)} decisions are those that were predicted`
      : `${count(different)} of ${count(compared)} decisions differ from those that were predicted`;
  return `${sentence} (digest ${digest}).`;
}

function serverTable({ servers }: FairnessResult): Markup {
  const all = servers.reduce((sum, { connections }) => sum + connections, 0);
  const shares = servers.map(({ connections }) => (all > 0 ? connections / all : 0));
  const counts = alignedFigures(servers.map(({ connections }) => connections));
  const hasIdeal = servers.some(({ idealShare }) => idealShare !== undefined);
  return html`<table class="servers"><thead><tr><th scope="col">Server</th><th scope="col" class="number">Weight</th><th scope="col" class="number">Connections</th><th scope="col" class="number">Share</th>${hasIdeal ? html`<th scope="col" class="number">Entitled to</th>` : undefined}<th scope="col" class="number">Bytes</th></tr></thead>
<tbody>${servers.map(
    ({ host, weight, idealShare, bytes }, index) =>
      html`<tr><th scope="row">${host}</th><td class="number">${count(weight)}</td><td class="number">${counts[index]}</td><td class="number">${percent(shares[index] ?? 0)}</td>${hasIdeal ? html`<td class="number">${idealShare === undefined ? '–' : percent(idealShare)}</td>` : undefined}<td class="number">${size(bytes)}</td></tr>`,
  )}</tbody></table>`;
}
