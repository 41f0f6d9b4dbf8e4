import { MODES } from '../../lab/modes.ts';
import { type Advice, adviceOf, type MeasuredAdvice } from '../advice.ts';
import { alignedFigures } from '../figures.ts';
import { situationId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';

/** Which scheduler for what, with what this run measured of it. */
export function adviceSection(page: Page): Markup {
  return html`<section id="advice">
${heading(2, 'advice', 'Which scheduler?')}
<div class="cards">${adviceOf(page.result).map((advice) => adviceCard(page, advice))}</div>
</section>`;
}

function adviceCard(page: Page, { question, take, answer, measured }: Advice): Markup {
  return html`<article class="card"><h3>${question}</h3>
<p class="take">${take.map((name) => html`<code>${name}</code> `)}</p>
<p>${answer}</p>
${measured ? measuredPart(page, measured) : html`<p class="measured not">Not measured in this run.</p>`}</article>`;
}

function measuredPart(page: Page, { situation, what, modes, rows, isBorneOut }: MeasuredAdvice): Markup {
  const texts = alignedFigures(rows.flatMap(({ values }) => values));
  const cells = (row: number) => texts.slice(row * modes.length, (row + 1) * modes.length);
  return html`<div class="measured"><table><caption>Measured in this run: ${what}</caption>
<thead><tr><td></td>${modes.map((mode) => html`<th scope="col" class="number">${MODES[mode].label}</th>`)}</tr></thead>
<tbody>${rows.map(({ scheduler, isTaken }, row) => html`<tr class="${isTaken ? 'taken' : 'against'}"><th scope="row">${scheduler}</th>${cells(row).map((text) => html`<td class="number">${text || '–'}</td>`)}</tr>`)}</tbody></table>
${isBorneOut ? undefined : html`<p><strong>This run does not bear the advice out.</strong></p>`}
<p><a href="#${situationId(page, situation)}">Figures and plots</a></p></div>`;
}
