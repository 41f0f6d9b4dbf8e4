import { differenceLines, replayTable, totalText } from '../tables/replay.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** Recordings of the kernel's IPVS, and where the director differs from them. */
export function replaySection(page: Page): Markup | undefined {
  const { replay } = page.result;
  if (replay === undefined) return undefined;
  const { files, errors } = replay;
  const differences = files.flatMap((one) => one.differences.map((difference) => ({ ...one, difference })));
  return html`<section id="replay">
${heading(2, 'replay', 'Recordings')}
<p class="lead">Recordings of the kernel’s IPVS, replayed through the director’s core in memory. ${totalText(files)}.</p>
${errors.length > 0 ? html`<ul>${errors.map(({ error }) => html`<li>${error}</li>`)}</ul>` : undefined}
${differences.map(
  ({ file, difference }) => html`<h3>${file}</h3>
<pre>${differenceLines(difference).join('\n')}</pre>`,
)}
${files.length > 0 ? tableMarkup(page, replayTable(files), { caption: 'Recordings' }) : undefined}
</section>`;
}
