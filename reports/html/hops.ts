import type { Hop, Session } from '../result.ts';
import { stepBadge } from './drawing/legend.ts';
import type { Step, Steps } from './drawing/steps.ts';
import { html, type Markup } from './markup.ts';
import { fileLink, type Page, scroller } from './page.ts';

/** What the packet said at every hop of request and reply; what changed since the hop before is marked. */
export function hopTables(page: Page, { path }: Session, { stepOf }: Steps): Markup {
  return html`${hopTable(page, 'Request', path.request, stepOf)}${hopTable(page, 'Reply', path.reply, stepOf)}`;
}

function hopTable(page: Page, name: string, hops: readonly Hop[], stepOf: Steps['stepOf']): Markup {
  if (hops.length === 0) return html`<p class="no-path">${name}: no path was seen in the captures.</p>`;
  const table = html`<table class="hops"><caption>${name}, hop by hop <span>– <mark>marked</mark>: changed since the hop before</span></caption>
<thead><tr><th scope="col">Step</th><th scope="col">Seen at</th><th scope="col">Source</th><th scope="col">Destination</th><th scope="col">Outer header</th><th scope="col">TTL</th><th scope="col">Source MAC</th><th scope="col">Destination MAC</th><th scope="col">Packet</th></tr></thead>
<tbody>${hops.map((hop, index) => hopRow(page, hop, hops[index - 1], stepOf.get(hop)))}</tbody></table>`;
  return scroller(`${name}, hop by hop`, table);
}

function hopRow(page: Page, hop: Hop, before: Hop | undefined, step: Step | undefined): Markup {
  const cell = (value: (hop: Hop) => string) =>
    html`<td>${before && value(before) !== value(hop) ? html`<mark>${value(hop)}</mark>` : value(hop)}</td>`;
  return html`<tr><td>${step && stepBadge(step)}</td>
<th scope="row">${hop.host} ${hop.interface} <span class="direction">${hop.direction === 'in' ? '→ in' : 'out →'}</span></th>
${cell(({ source }) => source)}${cell(({ destination }) => destination)}${cell(({ outer }) => (outer ? `${outer.source} → ${outer.destination}` : 'none'))}${cell(({ ttl }) => String(ttl))}${cell(({ sourceMac }) => sourceMac)}${cell(({ destinationMac }) => destinationMac)}
<td>${fileLink(page, hop.packet.capture, `frame ${hop.packet.frame}`)}</td></tr>`;
}
