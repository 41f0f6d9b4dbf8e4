import { count } from '../../statistics/number-text.ts';
import { alignedFigures, figureLabel } from '../figures.ts';
import { duration, size } from '../format.ts';
import { figureName } from './fairness/definitions.ts';
import { html, type Markup } from './markup.ts';
import { heading, type Page, scroller } from './page.ts';

/** Schedulers and connection table alone, in memory, under a virtual clock. */
export function scaleSection(page: Page): Markup | undefined {
  const { scale, definitions } = page.result;
  if (scale.length === 0) return undefined;
  const names = [...new Set(scale.flatMap(({ figures }) => Object.keys(figures)))];
  const columns = names.map((name) => alignedFigures(scale.map(({ figures }) => figures[name])));
  const table = html`<table><caption class="hidden">Schedulers at scale</caption>
<thead><tr><th scope="col">Scheduler</th><th scope="col" class="number">Connections</th><th scope="col" class="number">Servers</th><th scope="col" class="number">At once</th>${names.map((name) => html`<th scope="col" class="number" title="${definitions[name] ?? figureLabel(name)}">${figureName(page, name)}</th>`)}<th scope="col" class="number">Memory</th><th scope="col" class="number">Took</th><th scope="col">Digest</th></tr></thead>
<tbody>${scale.map(
    (one, row) =>
      html`<tr><th scope="row">${one.scheduler}</th><td class="number">${count(one.connections)}</td><td class="number">${count(one.servers)}</td><td class="number">${count(one.peakConnections)}</td>${columns.map((texts) => html`<td class="number">${texts[row]}</td>`)}<td class="number">${size(one.memoryBytes)}</td><td class="number">${duration(one.durationMs)}</td><td><code>${one.digest}</code></td></tr>`,
  )}</tbody></table>`;
  return html`<section id="scale">
${heading(2, 'scale', 'At scale')}
<p class="lead">The same schedulers and the same connection table, in memory under a virtual clock, so that no network sets the limit.</p>
${scroller('Schedulers at scale', table)}
</section>`;
}
