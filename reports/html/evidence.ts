import { count, counted } from '../../statistics/number-text.ts';
import { captureTime } from '../format.ts';
import type { CaseResult, Finding } from '../result.ts';
import { isProblem, MEANINGS } from '../status.ts';
import { fieldsTable } from '../tables/session.ts';
import { caseId } from './ids.ts';
import { flowView, smallPcap } from './ladder/flows.ts';
import { html, type Markup } from './markup.ts';
import { command, fileLink, mark, type Page } from './page.ts';
import { sourceLinks } from './sources.ts';
import { tableMarkup } from './table.ts';

/** One case: what is asked for and by whom, what was looked at, what was found, its packets. Open if it did not hold. */
export function evidence(page: Page, item: CaseResult): Markup {
  const id = caseId(page, item);
  const isOpen = isProblem(item);
  const attributes = html`class="case ${item.status}" id="${id}" data-status="${item.status}" data-mode="${item.mode}"`;
  const body = html`<summary>${mark(item.status)}<span class="hidden">${MEANINGS[item.status]}: </span><span class="title">${item.title}</span> <code>${item.id}</code></summary>
<dl class="evidence">
<div><dt>Asked for</dt><dd>${item.requirement} <span class="source">${sourceLinks(page, item.source)}</span></dd></div>
${item.reason ? html`<div><dt>Reason</dt><dd>${item.reason}</dd></div>` : undefined}
<div><dt>Looked at</dt><dd>${item.evidence} <span class="quiet">(${counted(item.examined, 'item')} examined)</span></dd></div>
</dl>
${item.findings.map((finding) => findingBlock(page, finding))}
${item.findingsLeftOut > 0 ? html`<p>And ${count(item.findingsLeftOut)} more like ${item.findings.length === 1 ? 'this' : 'these'}.</p>` : undefined}
${flowPart(page, item, id)}
<p class="permalink"><a href="#${id}">Link to this case</a></p>`;
  return isOpen
    ? html`<details ${attributes} open>${body}</details>`
    : html`<details ${attributes}>${body}</details>`;
}

/** The packets of a case that did not hold stand in the page; those of others come when asked for. */
function flowPart(page: Page, item: CaseResult, id: string): Markup | undefined {
  const { flow } = item;
  if (flow === undefined) return undefined;
  if (isProblem(item)) {
    const { drawing, ladder } = flowView(page, item, flow, smallPcap(page, flow));
    return html`<div class="flow">${drawing}${ladder}</div>`;
  }
  return html`<div class="flow" data-flow="${id}"><p class="quiet">${counted(flow.rungs.length + flow.leftOut, 'packet')}, in ${fileLink(page, flow.pcap)}</p></div>`;
}

export function findingBlock(page: Page, { message, fields, packet, command: show }: Finding): Markup {
  return html`<div class="finding"><p class="message">${message}</p>
${
  fields.length > 0
    ? tableMarkup(page, fieldsTable(fields), { caption: 'Fields that differ', style: 'fields' })
    : undefined
}
${
  packet
    ? html`<p class="packet">Packet ${packet.frame} of ${fileLink(page, packet.capture)}, on <strong>${packet.host} ${packet.interface}</strong> at <time>${captureTime(packet.time)}</time><br><code>${packet.summary}</code></p>`
    : undefined
}
${show ? html`<p class="quiet">See it, in the folder of this report:</p>${command(show)}` : undefined}</div>`;
}
