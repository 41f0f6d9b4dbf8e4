import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, MEANINGS, STATUSES, worstStatus } from '../status.ts';
import { packetGroupsOf } from '../suites.ts';
import { overviewOf } from '../tables/overview.ts';
import { caseMatrices } from './case-matrices.ts';
import { cellEvidence } from './cell.ts';
import { evidence } from './evidence.ts';
import { packetGroupId } from './ids.ts';
import { packFlows } from './ladder/flows.ts';
import { html, type Markup } from './markup.ts';
import { mark, type Page } from './page.ts';

/** The evidence of every case, by where it was judged; what is looked for can be narrowed down (by script). */
export function casesSection(page: Page): Markup {
  const { result } = page;
  const packets = packetGroupsOf(result);
  const live = liveFolds(page);
  packFlows(
    page,
    result.cases.filter((item) => item.flow !== undefined && !isProblem(item)),
  );
  return html`${result.cases.length === 0 ? html`<p>No case was judged.</p>` : filter(result.cases.length)}
${
  live.length > 0
    ? html`<h3 id="live">Live traffic</h3>
<p class="lead">Real clients and servers: for each scheduler and mode what the servers got, what was rewritten, what was captured, and the cases judged from it.</p>
${live}
${caseMatrices(page)}`
    : undefined
}
${
  packets.length > 0
    ? html`<h3 id="packets">Packet by packet</h3>
<p class="lead">Each of these cases sends a few packets and looks at every field of what comes out. Open one to see its packets pass from host to host.</p>
${packets.map(({ name, cases }) => packetGroup(page, name, cases))}`
    : undefined
}`;
}

/** Scheduler by scheduler in every mode: what cells of the matrix lead to. */
function liveFolds(page: Page): Markup[] {
  const { columns, rows } = overviewOf(page.result);
  return columns.flatMap((column, index) =>
    rows.flatMap(
      ({ scheduler, cells }) => cellEvidence(page, scheduler, column, cells[index] ?? { fairness: [] }) ?? [],
    ),
  );
}

/** @param all How many cases there are to search: some are not in the page before they are asked for. */
function filter(all: number): Markup {
  return html`<form class="filter" role="search" data-cases="${all}" hidden>
<label class="search">Search <input type="search" name="text" placeholder="ttl, reply, RFC 791 …" autocomplete="off" aria-keyshortcuts="/"></label>
<label>Mode <select name="mode"><option value="">all</option>${ALL_MODES.map((mode) => html`<option value="${mode}">${MODES[mode].label}</option>`)}</select></label>
<label>Status <select name="status"><option value="">all</option><option value="failed error">did not hold</option>${STATUSES.map((status) => html`<option value="${status}">${MEANINGS[status]}</option>`)}</select></label>
<output class="quiet" aria-live="polite"></output>
</form>`;
}

/** A page with so few cases needs no folding. */
export const FEW_CASES = 60;

/** Cases about one subject fold away under a line that says how they came out. Open if something in them did not hold. */
function packetGroup(page: Page, subject: string, cases: readonly CaseResult[]): Markup {
  const worst = worstStatus(cases) ?? 'skipped';
  const id = packetGroupId(page, subject);
  const body = html`<summary>${mark(worst)}<span class="hidden">${MEANINGS[worst]}: </span><span class="title">${subject}</span> <span class="tally">${tallyText(cases)}</span></summary>
${cases.map((item) => evidence(page, item))}`;
  return cases.some(isProblem) || page.result.cases.length <= FEW_CASES
    ? html`<details class="group" id="${id}" open>${body}</details>`
    : html`<details class="group" id="${id}">${body}</details>`;
}

/** `12 passed, 1 failed` */
function tallyText(cases: readonly CaseResult[]): string {
  if (cases.length === 0) return 'no case was judged';
  const count = (status: CaseResult['status']) => cases.filter((item) => item.status === status).length;
  const parts = STATUSES.filter((status) => count(status) > 0);
  return parts.map((status) => `${counted(count(status), MEANINGS[status], MEANINGS[status])}`).join(', ');
}
