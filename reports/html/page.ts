import type { Result } from '../result.ts';
import { type Status, SYMBOLS } from '../status.ts';
import { createIds, type Ids } from './ids.ts';
import { html, type Markup } from './markup.ts';

/** What every part of the page is made from. */
export interface Page {
  readonly result: Result;
  readonly ids: Ids;
  /** Put before a path that is relative to the result file. */
  readonly linkPrefix: string;
  /** A file that lies beside the result; undefined if it is not there or must not be read. */
  readonly read: (path: string) => Uint8Array | undefined;
}

export function pageOf(result: Result, place: Pick<Page, 'linkPrefix'> & Partial<Pick<Page, 'read'>>): Page {
  return {
    result,
    ids: createIds(),
    linkPrefix: place.linkPrefix,
    read: place.read ?? (() => undefined),
  };
}

/** A heading that can be linked to: hovering or focusing it shows the link. */
export function heading(level: 2 | 3, id: string, text: string): Markup {
  const content = html`${text} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
  return level === 2 ? html`<h2>${content}</h2>` : html`<h3>${content}</h3>`;
}

/** A wide thing that scrolls by itself, also by keyboard, so that the page never does. */
export function scroller(label: string, content: Markup): Markup {
  return html`<div class="scroller" role="group" aria-label="${label}" tabindex="0">${content}</div>`;
}

/** The address of a file that lies beside the result. It is encoded, so it cannot become another scheme or host. */
export function fileHref({ linkPrefix }: Page, path: string): string {
  const encode = (value: string) => value.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return `./${encode(linkPrefix)}${encode(path)}`;
}

export function fileLink(page: Page, path: string, text = path): Markup {
  return html`<a class="file" href="${fileHref(page, path)}" title="${path}">${text}</a>`;
}

/** A command with a button that copies it (the button comes with the script). */
export function command(text: string): Markup {
  return html`<div class="command"><pre><code>${text}</code></pre></div>`;
}

/** The sign of a status. Its meaning must stand beside it, as text. */
export function mark(status: Status): Markup {
  return html`<span class="symbol ${status}" aria-hidden="true">${SYMBOLS[status]}</span>`;
}
