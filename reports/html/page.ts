import type { CaseResult, Result } from '../result.ts';
import { suiteKey } from '../suites.ts';
import type { Ids } from './ids.ts';
import { html, type Markup } from './markup.ts';

/** What every part of the page is made from. */
export interface Page {
  readonly result: Result;
  readonly ids: Ids;
  /** Put before a path that is relative to the result file. */
  readonly linkPrefix: string;
}

/** The id of a case's evidence. */
export function caseId(page: Page, item: CaseResult): string {
  const earlier = duplicateNumber(page.result, item);
  return page.ids.of(earlier === 0 ? 'case' : `case${earlier + 1}`, `${suiteKey(item)}/${item.id}`);
}

/** 0, or how many cases of the same name stand before this one. */
function duplicateNumber({ cases }: Result, item: CaseResult): number {
  const same = cases.filter((other) => other.id === item.id && suiteKey(other) === suiteKey(item));
  return Math.max(0, same.indexOf(item));
}

/** A heading that can be linked to: hovering or focusing it shows the link. */
export function heading(level: 2 | 3, id: string, text: string): Markup {
  const content = html`${text} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
  return level === 2 ? html`<h2>${content}</h2>` : html`<h3>${content}</h3>`;
}

/** A wide thing that scrolls by itself, also by keyboard, so that the page never does. */
export function scroller(label: string, content: Markup): Markup {
  return html`<div class="scroller" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

/** A link to a file that lies beside the result. The path is encoded, so it cannot become another scheme or host. */
export function fileLink({ linkPrefix }: Page, path: string, text = path): Markup {
  const encode = (value: string) => value.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return html`<a class="file" href="./${encode(linkPrefix)}${encode(path)}" title="${path}">${text}</a>`;
}

/** A command with a button that copies it (the button comes with the script). */
export function command(text: string): Markup {
  return html`<div class="command"><pre><code>${text}</code></pre></div>`;
}
