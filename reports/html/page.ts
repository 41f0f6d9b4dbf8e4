import type { Result } from '../result.ts';
import { type Status, SYMBOLS } from '../status.ts';
import { createIds, type Ids } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { nothingPacked, type Packed } from './packed.ts';

/** What every part of the page is made from. */
export interface Page {
  readonly result: Result;
  readonly ids: Ids;
  /** What parts of the page pack away while they are made. */
  readonly packed: Packed;
  /** Put before a path that is relative to the result file. */
  readonly linkPrefix: string;
  /** A file that lies beside the result; undefined if it is not there or must not be read. */
  readonly read: (path: string) => Uint8Array | undefined;
}

export function pageOf(result: Result, place: Pick<Page, 'linkPrefix'> & Partial<Pick<Page, 'read'>>): Page {
  return {
    result,
    ids: createIds(),
    packed: nothingPacked(),
    linkPrefix: place.linkPrefix,
    read: place.read ?? (() => undefined),
  };
}

/** A heading within a section that can be linked to: hovering or focusing it shows the link. */
export function heading(id: string, text: string): Markup {
  return html`<h3>${text} ${anchor(id)}</h3>`;
}

export function anchor(id: string): Markup {
  return html`<a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
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
