import { figureLabel } from '../format.ts';
import { definitionId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

/** What a figure is called, as a link to what it is. */
export function figureName(page: Page, name: string): Markup {
  const label = figureLabel(name);
  return page.result.definitions[name] === undefined
    ? html`${label}`
    : html`<a class="defined" href="#${definitionId(page, name)}">${label}</a>`;
}

/** Every figure with its formula. */
export function definitionsSection(page: Page): Markup | undefined {
  const definitions = Object.entries(page.result.definitions);
  if (definitions.length === 0) return undefined;
  return html`<dl class="definitions">${definitions.map(([name, text]) => html`<div id="${definitionId(page, name)}"><dt>${figureLabel(name)}</dt><dd>${text}</dd></div>`)}</dl>`;
}
