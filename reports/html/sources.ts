import { citationsIn } from '../citations.ts';
import { sourceId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

/** The sources of a case or situation, each a link: to what it says further down on the page, or to the RFC. */
export function sourceLinks(page: Page, source: string): Markup {
  return html`${citationsIn(source).map(({ text, key, href }) => {
    if (href !== undefined) return html`<a href="${href}">${text}</a>`;
    return key === undefined || page.result.sources[key] === undefined
      ? html`${text}`
      : html`<a href="#${sourceId(page, key)}">${text}</a>`;
  })}`;
}

/** What is cited, so that it can be read without the project's documents and without a network. */
export function sourcesSection(page: Page): Markup | undefined {
  const sources = Object.entries(page.result.sources);
  if (sources.length === 0) return undefined;
  return html`<p class="lead">What cases and situations of fairness cite: sentences of the article on LVS that this project implements, and how IPVS behaves in Linux, by section.</p>
<dl class="definitions">${sources.map(([key, text]) => html`<div id="${sourceId(page, key)}"><dt>${key}</dt><dd>${text}</dd></div>`)}</dl>`;
}
