import { type Status, SYMBOLS } from '../status.ts';
import { html, type Markup } from './markup.ts';

/** The sign of a status. Its meaning must stand beside it, as text. */
export function mark(status: Status): Markup {
  return html`<span class="symbol ${status}" aria-hidden="true">${SYMBOLS[status]}</span>`;
}
