import { MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import { duration } from '../format.ts';
import type { Session } from '../result.ts';
import type { FairnessResult } from '../result-figures.ts';
import { farthestFromWeight, type Share, sharesByRule, sharesOf } from '../shares.ts';
import { rewritesTable } from '../tables/rewrites.ts';
import { capturesTable, sharesTable, trafficTable } from '../tables/session.ts';
import { networkId } from './ids.ts';
import { pcapLink, smallPcap } from './ladder/flows.ts';
import { pathLadder } from './ladder/path.ts';
import { html, type Markup } from './markup.ts';
import { isDrawnElsewhere, network } from './network.ts';
import { command, fileHref, fileLink, type Page } from './page.ts';
import { misconfigurationList } from './problems.ts';
import { tableMarkup } from './table.ts';

/** Servers listed at once; of more, those farthest from the share that their weight gives. The rest folds away. */
const LISTED_SERVERS = 12;

/** What one lab showed: what each server got, what was rewritten, and the files that were kept. */
export function sessionParts(page: Page, session: Session, fairness: readonly FairnessResult[] = []): Markup {
  return html`${misconfigurationList(page, session)}
${sharesPart(page, session, fairness)}
${pathPart(page, session)}
<h4>Captures</h4>${capturesPart(page, session)}
<h4>Rules</h4>${command(session.rules.join('\n'))}
${session.decapsulation ? html`<p>The outer header is taken off by: ${session.decapsulation}</p>` : undefined}
${trafficPart(page, session)}
<h4>Files</h4>${session.files.length > 0 ? html`<ul class="files">${session.files.map((file) => html`<li>${fileLink(page, file)}</li>`)}</ul>` : html`<p>None were kept.</p>`}
<p class="facts">${counted(session.topology.hosts.length, 'host')}${session.bringUpMs === undefined ? ', in a network that had been used before' : `, brought up in ${duration(session.bringUpMs)}`}.</p>`;
}

/** What was rewritten in one request and its reply, and their way from host to host. */
function pathPart(page: Page, session: Session): Markup {
  const rewrites = rewritesTable(session);
  const drawn = html`<p class="quiet">The network is drawn under <a href="#${networkId(page, session.mode)}">${MODES[session.mode].label}</a>.</p>`;
  if (rewrites === undefined) {
    return html`<h4>What was rewritten</h4><p class="no-path">No path of a request was seen in the captures.</p>${drawn}`;
  }
  const rungs = pathLadder(session);
  return html`<h4>What was rewritten</h4>
${tableMarkup(page, rewrites, { caption: 'One request and its reply', showsCaption: true, legend: html` <span>– <mark>marked</mark>: rewritten on the way</span>`, style: 'rewrites' })}
<h4>One request and its reply, from host to host</h4>
${rungs ? html`<div class="flow">${rungs}</div>` : html`<p>${NO_LINK}</p>`}
${connectionCapture(page, session)}
${connectionCommand(session)}
${drawn}
${isDrawnElsewhere(page, session) ? undefined : html`<details class="fold"><summary>Its own way over the network, which is not the usual one</summary>${network(page, session)}</details>`}`;
}

/** All packets of that request’s connection on all links, as a file. */
function connectionCapture(page: Page, { mode, scheduler, path: { pcap } }: Session): Markup | undefined {
  if (pcap === undefined) return undefined;
  return pcapLink(page, `${mode}-${scheduler}-connection`, pcap, smallPcap(page, { pcap }));
}

/** Shows all packets of that request’s connection, where the client sent them. */
function connectionCommand({ path }: Session): Markup | undefined {
  const [first] = path.request;
  const port = /:(\d+)$/.exec(first?.source ?? '')?.[1];
  if (first === undefined || port === undefined || !/^[\w./-]+$/.test(first.packet.capture)) return undefined;
  return html`<p class="quiet">All packets of this connection, as ${first.host} ${first.interface} saw them; run in the folder of this report:</p>${command(`tcpdump -nn -e -r ${first.packet.capture} 'port ${port}'`)}`;
}

const NO_LINK = 'No link was seen at both of its ends, so there is no ladder.';

/** A bar for each server, with a line where the scheduler’s rule would have it, or else its weight. */
function sharesPart(
  page: Page,
  { servers }: Session,
  fairness: readonly FairnessResult[],
): Markup | undefined {
  const ruled = sharesByRule(servers, fairness);
  const shares = ruled ?? sharesOf(servers);
  if (shares.length === 0) return undefined;
  const entitlement = ruled === undefined ? 'by weight' : 'by its rule';
  const longest = Math.max(...shares.flatMap(({ seen, entitled }) => [seen, entitled]), Number.MIN_VALUE);
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const rest = shares.filter((share) => !listed.includes(share));
  const table = (rows: readonly Share[], caption: string) =>
    tableMarkup(page, sharesTable(rows, { longest, entitlement }), { caption, style: 'shares' });
  return html`<h4>Shares of the servers</h4>
<p class="legend"><span><span class="key bar"></span> connections that arrived</span><span><span class="key ideal"></span> share ${entitlement}</span></p>
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
