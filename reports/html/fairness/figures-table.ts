import { figureLabel } from '../../figures.ts';
import { figureTexts, type Situation } from '../../situations.ts';
import { MEANINGS } from '../../status.ts';
import { mark } from '../mark.ts';
import { html, type Markup } from '../markup.ts';
import { type Page, scroller } from '../page.ts';
import { figureName } from './definitions.ts';
import { fairnessId } from './section.ts';

/** A situation’s figures for every scheduler. Where modes differ, a cell has one value for each, in their order. */
export function figuresTable(page: Page, situation: Situation): Markup {
  const { title, modes, figures, schedulers } = situation;
  const texts = new Map(figures.map((name) => [name, figureTexts(situation, name, ' / ')]));
  const modesText = modes.map((mode) => mode.toUpperCase()).join(' / ');
  const table = html`<table class="figures">
<caption class="hidden">${title}: figures by scheduler</caption>
<thead><tr><th scope="col">Scheduler</th><th scope="col">${modesText}</th>${figures.map((name) => html`<th scope="col" class="number" title="${page.result.definitions[name] ?? figureLabel(name)}">${figureName(page, name)}</th>`)}</tr></thead>
<tbody>${schedulers.map(
    ({ label, results }, row) =>
      html`<tr><th scope="row">${label}</th><td class="statuses">${results.map(
        (one) =>
          html`<a href="#${fairnessId(page, one)}" title="${label}, ${one.mode.toUpperCase()}: ${MEANINGS[one.status]}"><span class="hidden">${one.mode} ${MEANINGS[one.status]}</span>${mark(one.status)}</a>`,
      )}</td>${figures.map((name) => html`<td class="number">${texts.get(name)?.[row]}</td>`)}</tr>`,
  )}</tbody></table>`;
  return html`${scroller(`Figures: ${title}`, table)}${modes.length > 1 ? html`<p class="quiet note">Where modes differ, a cell has a value for each: ${modesText}.</p>` : undefined}`;
}
