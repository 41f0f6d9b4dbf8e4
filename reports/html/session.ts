import { MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import { duration } from '../format.ts';
import type { Session } from '../result.ts';
import { farthestFromWeight, type Share, sharesOf } from '../shares.ts';
import { capturesTable, sharesTable, trafficTable } from '../tables/session.ts';
import { networkId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { isDrawnElsewhere, network } from './network.ts';
import { command, fileHref, fileLink, type Page } from './page.ts';
import { misconfigurationList } from './problems.ts';
import { tableMarkup } from './table.ts';

/** Servers listed at once; of more, those farthest from the share that their weight gives. The rest folds away. */
const LISTED_SERVERS = 12;

/** What one lab showed: its network, what each server got, the traffic, and the files that were kept. */
export function sessionParts(page: Page, session: Session): Markup {
  return html`${misconfigurationList(page, session)}
${
  isDrawnElsewhere(page, session)
    ? html`<p class="quiet">The network, and the path of the packets, are as drawn under <a href="#${networkId(page, session.mode)}">${MODES[session.mode].label}</a>.</p>`
    : network(page, session)
}
${sharesPart(page, session)}
${trafficPart(page, session)}
<details class="fold"><summary>Rules, captures and files</summary>
<h4>Rules</h4>${command(session.rules.join('\n'))}
${session.decapsulation ? html`<p>The outer header is taken off by: ${session.decapsulation}</p>` : undefined}
<h4>Captures</h4>${capturesPart(page, session)}
<h4>Files</h4>${session.files.length > 0 ? html`<ul class="files">${session.files.map((file) => html`<li>${fileLink(page, file)}</li>`)}</ul>` : html`<p>None were kept.</p>`}
<p class="facts">${counted(session.topology.hosts.length, 'host')} brought up in ${duration(session.bringUpMs)}, taken down in ${duration(session.tearDownMs)}.</p>
</details>`;
}

/** A bar for each server, with a line where its weight would have it. */
function sharesPart(page: Page, { servers }: Session): Markup | undefined {
  const shares = sharesOf(servers);
  if (shares.length === 0) return undefined;
  const longest = Math.max(...shares.flatMap(({ seen, byWeight }) => [seen, byWeight]), Number.MIN_VALUE);
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const rest = shares.filter((share) => !listed.includes(share));
  const table = (rows: readonly Share[], caption: string) =>
    tableMarkup(page, sharesTable(rows, longest), { caption, style: 'shares' });
  return html`<h4>Shares of the servers</h4>
<p class="legend"><span><span class="key bar"></span> connections that arrived</span><span><span class="key ideal"></span> share by weight</span></p>
${table(listed, 'Shares of the servers')}
${
  rest.length > 0
    ? html`<details class="rest"><summary>${counted(rest.length, 'server')} closer to the share that their weight gives</summary>${table(rest, 'Further shares')}</details>`
    : undefined
}`;
}

function trafficPart(page: Page, session: Session): Markup | undefined {
  if (session.traffic.length === 0) return undefined;
  return html`<h4>Traffic</h4>${tableMarkup(page, trafficTable(session, true), { caption: 'Traffic' })}`;
}

function capturesPart(page: Page, session: Session): Markup {
  if (session.captures.length === 0) return html`<p>None were kept.</p>`;
  const table = capturesTable(session, (file) => fileHref(page, file));
  return tableMarkup(page, table, { caption: 'Captures' });
}
