import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { liveSuitesOf } from '../../overview.ts';
import { packetGroupsOf } from '../../packet-groups.ts';
import { isProblem, MEANINGS, STATUSES } from '../../status.ts';
import { packedFlows } from '../ladder/pack.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page } from '../page.ts';
import { suitePart } from '../suite/suite.ts';
import { evidence } from './evidence.ts';
import { group } from './group.ts';

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
    groupId(page, name),
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

export function groupId({ ids }: Page, name: string): string {
  return ids.of('packets', name);
}

function filter(): Markup {
  return html`<form class="filter" role="search" hidden>
<label class="search">Search <input type="search" name="text" placeholder="ttl, reply, RFC 791 …" autocomplete="off" aria-keyshortcuts="/"></label>
<label>Mode <select name="mode"><option value="">all</option>${ALL_MODES.map((mode) => html`<option value="${mode}">${MODES[mode].label}</option>`)}</select></label>
<label>Status <select name="status"><option value="">all</option><option value="failed error">did not hold</option>${STATUSES.map((status) => html`<option value="${status}">${MEANINGS[status]}</option>`)}</select></label>
<output class="quiet" aria-live="polite"></output>
</form>`;
}
