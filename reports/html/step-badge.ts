import type { Step } from './drawing/steps.ts';
import { html, type Markup } from './markup.ts';

/** The number of a step as the drawing has it: round for the request, square for the reply. */
export function stepBadge({ number, kind }: Pick<Step, 'number' | 'kind'>): Markup {
  return html`<span class="step ${kind}">${number}</span>`;
}
