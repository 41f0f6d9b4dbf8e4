import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { allowedCharacters } from '../../xml.ts';
import { html, Markup } from '../markup.ts';

const { document } = parseHTML('<html><body></body></html>');
const PLACED = / (d|x|y|x1|x2|y1|y2|cx|cy|r|width|height|transform)="([^"]*)"/g;
const LONG_NUMBER = /-?\d+\.\d{2,}/g;

/** Tones for lines and dots that belong together; the style sheet says what they are in light and dark. */
export const TONES = ['var(--tone-1)', 'var(--tone-2)', 'var(--tone-3)', 'var(--tone-4)'] as const;

/**
 * A chart as SVG, drawn beforehand: the page needs no script for it. It takes its colours and its face from the page.
 *
 * @param label What the chart shows, for those who cannot see it.
 */
export function chart(label: string, options: Plot.PlotOptions): Markup {
  const drawn = Plot.plot({ ...options, document, className: 'chart' });
  drawn.querySelector('style')?.remove();
  // The style sheet has the face; what is inside an image is not read out.
  for (const name of ['font-size', 'font-family']) drawn.removeAttribute(name);
  for (const part of drawn.querySelectorAll('g')) {
    for (const name of ['aria-label', 'aria-hidden', 'aria-description']) part.removeAttribute(name);
  }
  // The library escapes texts itself. A tenth of a pixel is exact enough.
  const text = allowedCharacters(drawn.outerHTML)
    .replace(/^<svg/, '')
    .replace(PLACED, (_, name: string, value: string) => ` ${name}="${value.replace(LONG_NUMBER, tenth)}"`);
  return html`<svg role="img" aria-label="${label}"${new Markup(text)}`;
}

function tenth(number: string): string {
  return String(Math.round(Number(number) * 10) / 10);
}
