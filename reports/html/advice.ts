import { type Advice, adviceOf, type MeasuredAdvice } from '../advice.ts';
import { adviceTable } from '../tables/advice.ts';
import { situationId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import type { Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** Which scheduler for what, with what this run measured of it. */
export function adviceSection(page: Page): Markup {
  return html`<div class="cards">${adviceOf(page.result).map((advice) => adviceCard(page, advice))}</div>`;
}

function adviceCard(page: Page, { question, take, answer, measured }: Advice): Markup {
  return html`<article class="card"><h3>${question}</h3>
<p class="take">${take.map((name) => html`<code>${name}</code> `)}</p>
<p>${answer}</p>
${measured ? measuredPart(page, measured) : html`<p class="measured not">Not measured in this run.</p>`}</article>`;
}

function measuredPart(page: Page, measured: MeasuredAdvice): Markup {
  const caption = `Measured in this run: ${measured.what}`;
  return html`<div class="measured">${tableMarkup(page, adviceTable(measured), { caption, showsCaption: true })}
${measured.isBorneOut ? undefined : html`<p><strong>This run does not support the advice.</strong></p>`}
<p><a href="#${situationId(page, measured.situation)}">Figures and plots</a></p></div>`;
}
