import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { liveSuitesOf } from '../suites.ts';
import { casesTable } from '../tables/matrix.ts';
import { caseId, suiteId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { packedAway } from './packed.ts';
import type { Page } from './page.ts';
import { tableMarkup } from './table.ts';

/** Columns that stand side by side in one table; of more, each mode gets a table of its own. */
const MOST_COLUMNS = 6;

/** Every case of live traffic (rows) in every mode and with every scheduler (columns); each mark leads to its evidence. */
export function caseMatrices(page: Page): Markup | undefined {
  const suites = liveSuitesOf(page.result);
  const cases = suites.flatMap((suite) => suite.cases);
  if (cases.length === 0) return undefined;
  const sessions = suites.flatMap((suite) => suite.sessions);
  if (suites.length <= MOST_COLUMNS) {
    return html`<div class="unsearched"><h4>Case by case</h4>${casesPart(page, { sessions, cases }, 'Cases by mode')}</div>`;
  }
  const modes = ALL_MODES.filter((mode) => suites.some((suite) => suite.mode === mode));
  return html`${modes.map((mode) => {
    const inMode = <Item extends { readonly mode: string }>(items: readonly Item[]) =>
      items.filter((item) => item.mode === mode);
    const { label } = MODES[mode];
    const own = { sessions: inMode(sessions), cases: inMode(cases) };
    return html`<details class="fold unsearched"><summary>${label}: every case with every scheduler</summary>${packedAway(page, casesPart(page, own, `Cases in ${label}`))}</details>`;
  })}`;
}

function casesPart(page: Page, result: Parameters<typeof casesTable>[0], caption: string): Markup {
  const table = casesTable(result, {
    suite: ({ key }) => `#${suiteId(page, key)}`,
    case: (item) => `#${caseId(page, item)}`,
  });
  return tableMarkup(page, table, { caption, style: 'matrix' });
}
