import { type Overview, type OverviewCell, overviewOf } from '../../overview.ts';
import { type PacketGroup, packetGroupsOf, packetModes } from '../../packet-groups.ts';
import { MEANINGS, type Status, tally, worstStatus } from '../../status.ts';
import { groupId } from '../cases/section.ts';
import { fairnessId } from '../fairness/section.ts';
import { mark } from '../mark.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page, scroller } from '../page.ts';
import { caseMatrices } from './case-matrix.ts';

/** How everything came out, mode by mode: a cell says how many held, and leads to the evidence. */
export function matrixSection(page: Page): Markup {
  const overview = overviewOf(page.result);
  const groups = packetGroupsOf(page.result);
  const isTelling = overview.rows.length > 1 || page.result.fairness.length > 0;
  const hasShown = page.result.fairness.some(({ status }) => status === 'shown');
  return html`<section id="matrix">
${heading(2, 'matrix', 'The matrix')}
${page.result.cases.length + page.result.fairness.length === 0 ? html`<p>Nothing was judged.</p>` : undefined}
<div class="side-by-side">${isTelling ? overviewTable(page, overview) : undefined}
${groups.length > 0 ? packetTable(page, groups) : undefined}</div>
${hasShown ? html`<p class="legend"><span>${mark('shown')} ${MEANINGS.shown}</span></p>` : undefined}
${caseMatrices(page)}
</section>`;
}

/** What a cell of the overview shows, each in a column of its own; only what this run has. */
interface Part {
  readonly name: string;
  readonly link: (page: Page, cell: OverviewCell, where: string) => Markup | undefined;
}

const CASES: Part = {
  name: 'cases',
  link: (page, { suite }, where) =>
    suite && cellLink(page.ids.of('suite', suite.key), suite.cases, `${where} cases`),
};

const FAIRNESS: Part = {
  name: 'fairness',
  link: (page, { fairness }, where) => {
    const worst = worstStatus(fairness);
    const first = fairness.find(({ status }) => status === worst);
    return first && cellLink(fairnessId(page, first), fairness, `${where} fairness`);
  },
};

function overviewTable(page: Page, { columns, rows }: Overview): Markup {
  const hasCases = rows.some(({ cells }) => cells.some(({ suite }) => suite !== undefined));
  const hasFairness = page.result.fairness.length > 0;
  const parts = [...(hasCases ? [CASES] : []), ...(hasFairness ? [FAIRNESS] : [])];
  const table = html`<table class="overview">
<caption>By mode and scheduler: ${hasCases ? 'cases of live traffic that held' : undefined}${hasCases && hasFairness ? ', and ' : undefined}${hasFairness ? 'situations in which the load was shared as promised' : undefined}</caption>
<thead><tr><th scope="col" rowspan="2">Scheduler</th>${columns.map(({ label }) => html`<th scope="colgroup" colspan="${parts.length}">${label}</th>`)}</tr>
<tr>${columns.map(() => parts.map(({ name }) => html`<th scope="col">${name}</th>`))}</tr></thead>
<tbody>${rows.map(
    ({ scheduler, cells }) =>
      html`<tr><th scope="row">${scheduler}</th>${cells.map((cell, index) => parts.map(({ link }) => html`<td>${link(page, cell, `${scheduler} ${columns[index]?.label}`)}</td>`))}</tr>`,
  )}</tbody></table>`;
  return scroller('By mode and scheduler', table);
}

function cellLink(target: string, items: readonly { readonly status: Status }[], where: string): Markup {
  const worst = worstStatus(items);
  if (worst === undefined) return html`<a class="cell" href="#${target}" aria-label="${where}">no case</a>`;
  const { held, tried } = tally(items);
  const said = tried === 0 ? `${items.length} skipped` : `${held} of ${tried} held`;
  const text = tried === 0 ? items.length : held === tried ? tried : `${held} of ${tried}`;
  return html`<a class="cell ${worst}" href="#${target}" aria-label="${where}: ${MEANINGS[worst]}, ${said}">${mark(worst)} ${text}</a>`;
}

function packetTable(page: Page, groups: readonly PacketGroup[]): Markup {
  const modes = packetModes(groups);
  const table = html`<table class="overview">
<caption>Packet by packet: cases that held, by subject and mode</caption>
<thead><tr><th scope="col">Subject</th>${modes.map((mode) => html`<th scope="col">${mode.toUpperCase()}</th>`)}</tr></thead>
<tbody>${groups.map(
    ({ name, byMode }) =>
      html`<tr><th scope="row">${name}</th>${modes.map((mode) => html`<td>${byMode.has(mode) ? cellLink(groupId(page, name), byMode.get(mode) ?? [], `${name} ${mode.toUpperCase()}`) : undefined}</td>`)}</tr>`,
  )}</tbody></table>`;
  return scroller('Packet cases by subject and mode', table);
}
