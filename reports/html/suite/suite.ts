import { MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { duration } from '../../format.ts';
import type { Session } from '../../result.ts';
import { type Suite, suiteTitle } from '../../suites.ts';
import { evidence } from '../cases/evidence.ts';
import { group } from '../cases/group.ts';
import { html, type Markup } from '../markup.ts';
import { command, fileLink, type Page } from '../page.ts';
import { captureTable, shareChart, trafficTable } from './figures.ts';
import { misconfigurationList } from './misconfigurations.ts';
import { network } from './network.ts';
import { isDrawnElsewhere } from './networks.ts';

/** Everything that was seen and judged of live traffic for one mode, director and scheduler. */
export function suitePart(page: Page, suite: Suite): Markup {
  return group(
    page,
    page.ids.of('suite', suite.key),
    suiteTitle(suite),
    suite.cases,
    html`${suite.sessions.length === 0 ? html`<p>No lab was brought up for this.</p>` : undefined}
${suite.cases.map((item) => evidence(page, item))}
${suite.sessions.map((session) => sessionParts(page, session))}`,
  );
}

function sessionParts(page: Page, session: Session): Markup {
  return html`${misconfigurationList(page, session)}
${
  isDrawnElsewhere(page, session)
    ? html`<p class="quiet">Network and way of the packets: as drawn under <a href="#${page.ids.of('network', session.mode)}">${MODES[session.mode].label}</a>.</p>`
    : network(page, session)
}
${shareChart(session)}
${trafficTable(session)}
<details class="fold"><summary>Rules, captures and files</summary>
<h4>Rules</h4>${command(session.rules.join('\n'))}
${session.decapsulation ? html`<p>The outer header is taken off by: ${session.decapsulation}</p>` : undefined}
<h4>Captures</h4>${captureTable(page, session) ?? html`<p>None was kept.</p>`}
<h4>Files</h4>${session.files.length > 0 ? html`<ul class="files">${session.files.map((file) => html`<li>${fileLink(page, file)}</li>`)}</ul>` : html`<p>None was kept.</p>`}
<p class="facts">${counted(session.topology.hosts.length, 'host')} brought up in ${duration(session.bringUpMs)}, taken down in ${duration(session.tearDownMs)}.</p>
</details>`;
}
