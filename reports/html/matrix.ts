import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { isProblem, MEANINGS, STATUSES, worstStatus } from '../status.ts';
import { isPacketCase, liveSuitesOf } from '../suites.ts';
import type { Table } from '../table.ts';
import { casesTable } from '../tables/matrix.ts';
import { blankCellsText, overviewOf, overviewTable, packetTable } from '../tables/overview.ts';
import { caseId, fairnessId, packetGroupId, suiteId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { heading, mark, type Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** How everything came out, mode by mode: a cell says how many held, and leads to the evidence. */
export function matrixSection(page: Page): Markup {
  const isTelling = overviewOf(page.result).rows.length > 1 || page.result.fairness.length > 0;
  const hasShown = page.result.fairness.some(({ status }) => status === 'shown');
  return html`<section id="matrix">
${heading(2, 'matrix', 'The matrix')}
${page.result.cases.length + page.result.fairness.length === 0 ? html`<p>Nothing was judged.</p>` : undefined}
<div class="side-by-side">${isTelling ? overviewPart(page) : undefined}
${page.result.cases.some(isPacketCase) ? packetPart(page) : undefined}</div>
${hasShown ? html`<p class="legend"><span>${mark('shown')} ${MEANINGS.shown}</span></p>` : undefined}
${caseMatrices(page)}
</section>`;
}

function overviewPart(page: Page): Markup {
  const table = overviewTable(page.result, {
    cases: ({ suite }) => suite && `#${suiteId(page, suite.key)}`,
    fairness: ({ fairness }) => {
      const worst = worstStatus(fairness);
      const first = fairness.find(({ status }) => status === worst);
      return first && `#${fairnessId(page, first)}`;
    },
  });
  const caption = 'By mode and scheduler: cases of live traffic, and situations of fairness, that passed';
  return withNote(page, table, caption, blankCellsText(page.result));
}

function packetPart(page: Page): Markup {
  const table = packetTable(page.result, ({ name }) => `#${packetGroupId(page, name)}`);
  const caption = 'Packet by packet: cases that passed, by subject and mode';
  return withNote(page, table, caption, 'Blank: the subject has no case in that mode.');
}

/** @param blanks What blank cells mean, where there are some. */
function withNote(page: Page, table: Table, caption: string, blanks: string | undefined): Markup {
  const note = blanks === undefined ? undefined : html`<p class="quiet note">${blanks}</p>`;
  return html`<div class="with-note">${tableMarkup(page, table, { caption, showsCaption: true, style: 'overview' })}${note}</div>`;
}

/** Columns that stand side by side in one table; of more, each mode gets a table of its own. */
const MOST_COLUMNS = 6;

/** Every case of live traffic (rows) in every mode and with every scheduler (columns); each mark leads to its evidence. */
function caseMatrices(page: Page): Markup | undefined {
  const suites = liveSuitesOf(page.result);
  const cases = suites.flatMap((suite) => suite.cases);
  if (cases.length === 0) return undefined;
  const sessions = suites.flatMap((suite) => suite.sessions);
  const legend = html`<p class="legend">${STATUSES.map((status) => html`<span>${mark(status)} ${MEANINGS[status]}</span>`)}</p>`;
  if (suites.length <= MOST_COLUMNS) {
    return html`${legend}${casesPart(page, { sessions, cases }, 'Cases by mode')}`;
  }
  const modes = ALL_MODES.filter((mode) => suites.some((suite) => suite.mode === mode));
  return html`${modes.map((mode) => {
    const inMode = <Item extends { readonly mode: string }>(items: readonly Item[]) =>
      items.filter((item) => item.mode === mode);
    const isOpen = inMode(cases).some(isProblem);
    const content = html`<summary>${MODES[mode].label}: every case with every scheduler</summary>${legend}${casesPart(page, { sessions: inMode(sessions), cases: inMode(cases) }, `Cases in ${MODES[mode].label}`)}`;
    return isOpen
      ? html`<details class="fold" open>${content}</details>`
      : html`<details class="fold">${content}</details>`;
  })}`;
}

function casesPart(page: Page, result: Parameters<typeof casesTable>[0], caption: string): Markup {
  const table = casesTable(result, {
    suite: ({ key }) => `#${suiteId(page, key)}`,
    case: (item) => `#${caseId(page, item)}`,
  });
  return tableMarkup(page, table, { caption, style: 'matrix' });
}
