import { html, type Markup } from '../markup.ts';
import type { Step } from './steps.ts';

/** The number of a step as the drawing has it: round for the request, square for the reply. */
export function stepBadge({ number, kind }: Pick<Step, 'number' | 'kind'>): Markup {
  return html`<span class="step ${kind}">${number}</span>`;
}

/** How to read the lines over a drawing, after a sentence that says what they are. */
export function pathCaption(steps: readonly Step[], sentence: string): Markup {
  const key = (kind: Step['kind']) => {
    const step = steps.find((candidate) => candidate.kind === kind);
    return (
      step && html`<span class="path-key">${stepBadge(step)}<span class="line ${kind}"></span> ${kind}</span>`
    );
  };
  const tunnelled = steps.some((step) => step.tunnelled)
    ? html`<span class="path-key"><span class="line tunnelled"></span> in an outer header</span>`
    : undefined;
  return html`${sentence} ${key('request')} ${key('reply')} ${tunnelled}`;
}
