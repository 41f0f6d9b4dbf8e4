import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, MEANINGS, STATUSES, worstStatus } from '../status.ts';
import { liveSuitesOf, packetGroupsOf, type Suite, suiteTitle } from '../suites.ts';
import { evidence } from './evidence.ts';
import { packetGroupId, suiteId } from './ids.ts';
import { packedFlows } from './ladder/flows.ts';
import { html, type Markup } from './markup.ts';
import { heading, mark, type Page } from './page.ts';
import { sessionParts } from './session.ts';

/** The evidence of every case, by where it was judged; what is looked for can be narrowed down (by script). */
export function casesSection(page: Page): Markup {
  const { result } = page;
  const suites = liveSuitesOf(result);
  const groups = packetGroupsOf(result);
  const packed = result.cases.filter((item) => item.flow !== undefined && !isProblem(item));
  return html`<section id="cases">
${heading(2, 'cases', 'Evidence, case by case')}
${result.cases.length === 0 ? html`<p>No case was judged.</p>` : filter()}
${
  groups.length > 0
    ? html`<h3 id="packets">Packet by packet</h3>
<p class="lead">Each of these cases sends a few packets and looks at every field of what comes out. Open one to see its packets pass from host to host.</p>
${groups.map(({ name, cases }) =>
  group(
    page,
    packetGroupId(page, name),
    name,
    cases,
    cases.map((item) => evidence(page, item)),
  ),
)}`
    : undefined
}
${
  suites.length > 0
    ? html`<h3 id="live">Live traffic</h3>
<p class="lead">Real clients and servers, judged from what was captured on every link.</p>
${suites.map((suite) => suitePart(page, suite))}`
    : undefined
}
${packed.length > 0 ? packedFlows(page, packed) : undefined}
</section>`;
}

function filter(): Markup {
  return html`<form class="filter" role="search" hidden>
<label class="search">Search <input type="search" name="text" placeholder="ttl, reply, RFC 791 …" autocomplete="off" aria-keyshortcuts="/"></label>
<label>Mode <select name="mode"><option value="">all</option>${ALL_MODES.map((mode) => html`<option value="${mode}">${MODES[mode].label}</option>`)}</select></label>
<label>Status <select name="status"><option value="">all</option><option value="failed error">did not hold</option>${STATUSES.map((status) => html`<option value="${status}">${MEANINGS[status]}</option>`)}</select></label>
<output class="quiet" aria-live="polite"></output>
</form>`;
}

/** A page with so few cases needs no folding. */
const FEW_CASES = 60;

/** Cases that fold away under one line that says how they came out. Open if something in them did not hold. */
function group(
  { result }: Page,
  id: string,
  title: string,
  cases: readonly CaseResult[],
  content: Markup | readonly Markup[],
): Markup {
  const worst = worstStatus(cases) ?? 'skipped';
  const body = html`<summary>${mark(worst)}<span class="hidden">${MEANINGS[worst]}: </span><span class="title">${title}</span> <span class="tally">${tallyText(cases)}</span></summary>
${content}`;
  return cases.some(isProblem) || result.cases.length <= FEW_CASES
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

/** Everything that was seen and judged of live traffic for one mode, director and scheduler. */
function suitePart(page: Page, suite: Suite): Markup {
  return group(
    page,
    suiteId(page, suite.key),
    suiteTitle(suite),
    suite.cases,
    html`${suite.sessions.length === 0 ? html`<p>No lab was brought up for this.</p>` : undefined}
${suite.cases.map((item) => evidence(page, item))}
${suite.sessions.map((session) => sessionParts(page, session))}`,
  );
}
