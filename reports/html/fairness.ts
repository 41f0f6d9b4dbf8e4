import { MODES } from '../../lab/modes.ts';
import { counted, countedOf } from '../../statistics/number-text.ts';
import { figure } from '../format.ts';
import type { FairnessResult } from '../result-figures.ts';
import { sampleSentences } from '../samples.ts';
import { modeLabel, type SchedulerInSituation, type Situation, situationsOf } from '../situations.ts';
import { isProblem, MEANINGS } from '../status.ts';
import {
  acrossModesGroups,
  acrossModesTable,
  blankDigestsText,
  predictionsOf,
} from '../tables/across-modes.ts';
import { figuresTable, mappingTable, serversTable } from '../tables/fairness.ts';
import { lineChart } from './charts/line-chart.ts';
import { sharesChart } from './charts/shares-chart.ts';
import { figureName } from './definitions.ts';
import { fairnessId, situationId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { packedAway } from './packed.ts';
import { heading, mark, type Page } from './page.ts';
import { sourceLinks } from './sources.ts';
import { tableMarkup } from './table.ts';

/** How the load was shared, situation by situation; nothing where this was not measured. */
export function fairnessSection(page: Page): Markup | undefined {
  const situations = situationsOf(page.result);
  if (situations.length === 0) return undefined;
  return html`<p class="lead">How connections were distributed among the servers in situations that operators meet. Where a scheduler promises shares, they are checked; where it promises none, the result is only shown.</p>
<nav class="toc" aria-label="Situations">${situations.map(({ name, title }) => html`<a href="#${situationId(page, name)}">${title}</a>`)}</nav>
${situations.map((situation) => situationPart(page, situation))}`;
}

function situationPart(page: Page, situation: Situation): Markup {
  const id = situationId(page, situation.name);
  const mapping = mappingTable(situation);
  return html`<section class="situation" id="${id}">
${heading(id, situation.title)}
${sampleText(situation)}
<p class="quiet">Source: ${sourceLinks(page, situation.source)}</p>
${mapping && tableMarkup(page, mapping, { caption: 'What of your rules stands for what in the lab' })}
${situation.schedulers.some(({ results }) => results.some(({ sample }) => sample.connections > 0)) ? sharesChart(situation) : undefined}
${tableMarkup(page, figuresTable(situation, { hrefOf: (one) => `#${fairnessId(page, one)}` }), { caption: `${situation.title}: figures by scheduler`, style: 'figures' })}
${situation.modes.length > 1 ? html`<p class="quiet note">Where modes differ, a cell has a value for each: ${situation.modes.map((mode) => MODES[mode].label).join('/')}.</p>` : undefined}
${situation.schedulers.map((own) => schedulerDetails(page, own))}
</section>`;
}

function sampleText(situation: Situation): Markup | undefined {
  const sentences = sampleSentences(situation);
  return sentences.length > 0 ? html`<p class="quiet">${sentences.join(' ')}</p>` : undefined;
}

/** Whether each scheduler decides alike in all modes, given the same connections: each reason once; all digests fold away. */
export function acrossModesSection(page: Page): Markup | undefined {
  const { acrossModes } = page.result;
  if (acrossModes.length === 0) return undefined;
  const table = tableMarkup(page, acrossModesTable(acrossModes), {
    caption: 'Decisions of each scheduler across modes',
  });
  return html`<p class="quiet">The same connections with the same seed in every mode.</p>
<ul class="alike">${acrossModesGroups(acrossModes).map(
    ({ status, verdict, schedulers, situations, reason }) =>
      html`<li>${mark(status)} <strong>${verdict}</strong>: ${schedulers.map((name) => html`<code>${name}</code> `)}<span class="quiet">${situations === '' ? undefined : `${situations}. `}${reason}</span></li>`,
  )}</ul>
${predictionsOf(acrossModes).map((sentence) => html`<p class="quiet">${sentence}</p>`)}
<details class="fold"><summary>Every scheduler and situation</summary>${packedAway(page, html`<p class="quiet">Digests are of the sequence of servers: where they are equal, every single decision was.${blankDigestsText(acrossModes) === undefined ? undefined : ` ${blankDigestsText(acrossModes)}`}</p>${table}`)}</details>`;
}

/** All that was measured of one scheduler in a situation, mode beside mode. Open if something did not hold. */
function schedulerDetails(page: Page, { label, results }: SchedulerInSituation): Markup {
  const conclusions = [...new Set(results.map(({ conclusion }) => conclusion))];
  const alike = [...Map.groupBy(results, contentOf).values()];
  const summary = html`<summary><span class="title">${label}</span><span>${results.map(({ status }) => mark(status))}</span><span class="quiet">${conclusions[0]}</span></summary>`;
  const panels = html`<div class="modes">${alike.map((own) => panel(page, own, conclusions.length > 1))}</div>`;
  return results.some(isProblem)
    ? html`<details class="scheduler" open>${summary}${panels}</details>`
    : html`<details class="scheduler">${summary}${packedAway(page, panels)}</details>`;
}

/** Everything that a result says but in which mode it came: modes in which it is all the same share a panel. */
function contentOf({ id, mode, lab, ...content }: FairnessResult): string {
  return JSON.stringify(content);
}

/** @param results One, or several that say the same in different modes. */
function panel(page: Page, results: readonly FairnessResult[], hasOwnConclusion: boolean): Markup {
  const [first, ...others] = results as readonly [FairnessResult, ...FairnessResult[]];
  const { status, reason, conclusion, series, sequence, figures } = first;
  const modes = results.map(modeLabel).join(', ');
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
