import { MODES } from '../../lab/modes.ts';
import { count, percent } from '../../statistics/number-text.ts';
import { type Situation, situationsOf } from '../situations.ts';
import { acrossModesTable, figuresTable, reasonsOf } from '../tables/fairness.ts';
import { sharesChart } from './charts/shares-chart.ts';
import { fairnessId, situationId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { schedulerDetails } from './scheduler-details.ts';
import { tableMarkup } from './table.ts';

/** How the load was shared, situation by situation; nothing where this was not measured. */
export function fairnessSection(page: Page): Markup | undefined {
  const situations = situationsOf(page.result);
  if (situations.length === 0) return undefined;
  return html`<section id="fairness">
${heading(2, 'fairness', 'Fairness')}
<p class="lead">How connections were shared among the servers in situations that operators meet. A scheduler that promises shares is held to them; of one that promises none it is shown what came of it.</p>
<nav class="toc" aria-label="Situations">${situations.map(({ name, title }) => html`<a href="#${situationId(page, name)}">${title}</a>`)}</nav>
${situations.map((situation) => situationPart(page, situation))}
</section>`;
}

function situationPart(page: Page, situation: Situation): Markup {
  const id = situationId(page, situation.name);
  return html`<section class="situation" id="${id}">
${heading(3, id, situation.title)}
${sampleText(situation)}
${situation.schedulers.some(({ results }) => results.some(({ sample }) => sample.connections > 0)) ? sharesChart(situation) : undefined}
${tableMarkup(page, figuresTable(situation, { hrefOf: (one) => `#${fairnessId(page, one)}` }), { caption: `${situation.title}: figures by scheduler`, style: 'figures' })}
${situation.modes.length > 1 ? html`<p class="quiet note">Where modes differ, a cell has a value for each: ${situation.modes.map((mode) => MODES[mode].label).join('/')}.</p>` : undefined}
${situation.schedulers.map((own) => schedulerDetails(page, own))}
</section>`;
}

/** How much was sent, and how small an unfairness that would have shown; in ranges where schedulers needed different samples. */
function sampleText({ schedulers }: Situation): Markup | undefined {
  const samples = schedulers
    .flatMap(({ results }) => results.map(({ sample }) => sample))
    .filter(({ connections }) => connections > 0);
  const [first] = samples;
  if (first === undefined) return undefined;
  const range = (values: readonly number[], text: (value: number) => string) => {
    const [least, most] = [text(Math.min(...values)), text(Math.max(...values))];
    return least === most ? least : `${least} to ${most}`;
  };
  const effects = samples.map(({ detectableEffect }) => detectableEffect).filter((effect) => effect > 0);
  const made = `${range(
    samples.map(({ connections }) => connections),
    count,
  )} connections for each`;
  if (effects.length === 0) return html`<p class="quiet">${made}.</p>`;
  return html`<p class="quiet">${made}: an error of ${range(effects, percent)} in a server’s share would be detected ${percent(first.power)} of the time${first.alpha > 0 ? `, with a false alarm in ${first.alpha} of runs` : ''}.</p>`;
}

/** Whether each scheduler decides alike in all modes, given the same connections, and why not where it does not. */
export function acrossModesSection(page: Page): Markup | undefined {
  const { acrossModes } = page.result;
  if (acrossModes.length === 0) return undefined;
  return html`<section id="across-modes">
${heading(2, 'across-modes', 'One scheduler, three modes')}
<p class="lead">The same connections with the same seed in every mode. Digests are of the sequence of servers: where they are equal, every single decision was.</p>
${tableMarkup(page, acrossModesTable(acrossModes), { caption: 'Decisions of each scheduler across modes' })}
<ul class="quiet">${reasonsOf(acrossModes).map((reason) => html`<li>${reason}</li>`)}</ul>
</section>`;
}
