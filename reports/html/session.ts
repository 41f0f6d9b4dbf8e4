import { MODES } from '../../lab/modes.ts';
import { count, counted, percent, points } from '../../statistics/number-text.ts';
import { duration, size } from '../format.ts';
import type { Session, Traffic } from '../result.ts';
import { farthestFromWeight, type Share, sharesOf } from '../shares.ts';
import { networkId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { isDrawnElsewhere, network } from './network.ts';
import { command, fileLink, type Page, scroller } from './page.ts';
import { misconfigurationList } from './problems.ts';

/** Servers listed at once; of more, those farthest from the share that their weight gives. The rest folds away. */
const LISTED_SERVERS = 12;

/** What one lab showed: its network, what each server got, the traffic, and the files that were kept. */
export function sessionParts(page: Page, session: Session): Markup {
  return html`${misconfigurationList(page, session)}
${
  isDrawnElsewhere(page, session)
    ? html`<p class="quiet">Network and way of the packets: as drawn under <a href="#${networkId(page, session.mode)}">${MODES[session.mode].label}</a>.</p>`
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

/** A bar for each server, with a line where its weight would have it. */
function shareChart({ servers }: Session): Markup | undefined {
  const shares = sharesOf(servers);
  if (shares.length === 0) return undefined;
  const largest = Math.max(...shares.flatMap(({ seen, byWeight }) => [seen, byWeight]), Number.MIN_VALUE);
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const rest = shares.filter((share) => !listed.includes(share));
  const table = (rows: readonly Share[]) =>
    html`<table class="shares"><thead><tr><th scope="col">Server</th><th scope="col" class="number">Weight</th><th scope="col" class="bar">Share of connections</th><th scope="col" class="number">Share</th><th scope="col" class="number">By weight</th><th scope="col" class="number">Points</th><th scope="col" class="number">Connections</th><th scope="col" class="number">Requests</th></tr></thead>
<tbody>${rows.map((share) => shareRow(share, largest))}</tbody></table>`;
  return html`<h4>Shares of the servers</h4>
<p class="legend"><span><span class="key bar"></span> connections that arrived</span><span><span class="key ideal"></span> what the weight gives</span></p>
${scroller('Shares of the servers', table(listed))}
${
  rest.length > 0
    ? html`<details class="rest"><summary>${counted(rest.length, 'server')} closer to the share that their weight gives</summary>${scroller('Further shares', table(rest))}</details>`
    : undefined
}`;
}

function shareRow({ server, seen, byWeight }: Share, largest: number): Markup {
  const scale = (share: number) => ((share / largest) * 96).toFixed(2);
  return html`<tr><th scope="row">${server.host} <code>${server.rip}</code></th><td class="number">${count(server.weight)}</td>
<td class="bar"><svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><rect class="seen" x="0" y="4" width="${scale(seen)}" height="12"/><line class="ideal" x1="${scale(byWeight)}" x2="${scale(byWeight)}" y1="0" y2="20"/></svg></td>
<td class="number">${percent(seen)}</td><td class="number">${percent(byWeight)}</td><td class="number">${points(seen - byWeight)}</td><td class="number">${count(server.connections)}</td><td class="number">${count(server.requests)}</td></tr>`;
}

function trafficTable({ traffic }: Session): Markup | undefined {
  if (traffic.length === 0) return undefined;
  const table = html`<table class="traffic"><thead><tr><th scope="col">Traffic</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Errors</th><th scope="col" class="number">Per second</th><th scope="col" class="number">p50</th><th scope="col" class="number">p99</th><th scope="col" class="number">Max</th><th scope="col" class="number">Received</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${traffic.map(trafficRow)}</tbody></table>`;
  return html`<h4>Traffic</h4>${scroller('Traffic', table)}`;
}

function trafficRow(item: Traffic): Markup {
  const milliseconds = (value: number | undefined) => (value === undefined ? '–' : duration(value));
  return html`<tr><th scope="row">${item.title}<code class="made-by">${item.command}</code></th><td class="number">${count(item.requests)}</td>
<td class="number${item.errors > 0 ? ' bad' : ''}">${count(item.errors)}</td><td class="number">${item.requestsPerSecond === undefined ? '–' : count(item.requestsPerSecond)}</td>
<td class="number">${milliseconds(item.latencyMs?.p50)}</td><td class="number">${milliseconds(item.latencyMs?.p99)}</td><td class="number">${milliseconds(item.latencyMs?.max)}</td><td class="number">${size(item.bytes)}</td><td class="number">${duration(item.durationMs)}</td></tr>`;
}

function captureTable(page: Page, { captures }: Session): Markup | undefined {
  if (captures.length === 0) return undefined;
  const rows = captures.map(
    (item) =>
      html`<tr><th scope="row">${item.host} ${item.interface}</th><td>${fileLink(page, item.file)}</td><td class="number">${count(item.packets)}</td><td class="number">${size(item.bytes)}</td><td class="number${item.droppedByKernel > 0 ? ' bad' : ''}">${count(item.droppedByKernel)}</td></tr>`,
  );
  const table = html`<table><thead><tr><th scope="col">Where</th><th scope="col">File</th><th scope="col" class="number">Packets</th><th scope="col" class="number">Size</th><th scope="col" class="number">Lost by the capture</th></tr></thead><tbody>${rows}</tbody></table>`;
  return scroller('Captures', table);
}
