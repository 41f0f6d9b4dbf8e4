import { MODES } from '../../lab/modes.ts';
import { counted, countedOf } from '../../statistics/number-text.ts';
import { figure } from '../figures.ts';
import type { FairnessResult } from '../result-figures.ts';
import type { SchedulerInSituation } from '../situations.ts';
import { isProblem, MEANINGS } from '../status.ts';
import { serversTable } from '../tables/fairness.ts';
import { lineChart } from './charts/line-chart.ts';
import { figureName } from './definitions.ts';
import { fairnessId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { mark, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

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
${tableMarkup(page, serversTable(first), { caption: `Servers, ${where}`, style: 'servers' })}
${sequence ? html`<p class="quiet">${sequenceText(sequence)}</p>` : undefined}
<dl class="figure-list">${Object.entries(figures).map(([name, value]) => html`<div><dt>${figureName(page, name)}</dt><dd>${figure(value)}</dd></div>`)}</dl></article>`;
}

function sequenceText({ compared, different, digest }: NonNullable<FairnessResult['sequence']>): string {
  const sentence =
    different === 0
      ? `${counted(compared, 'decision, as', 'decisions, all as')} predicted`
      : `${countedOf(different, compared, 'decision differs', 'decisions differ')} from what was predicted`;
  return `${sentence} (digest ${digest}).`;
}
