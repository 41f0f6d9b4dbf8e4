import { captureTime, count, counted } from '../format.ts';
import type { CaseResult, Finding } from '../result.ts';
import { isProblem, MEANINGS } from '../status.ts';
import { html, type Markup } from './markup.ts';
import { mark } from './matrix.ts';
import { caseId, command, fileLink, type Page } from './page.ts';

/** One case: what is asked for and by whom, what was looked at, and what was found. Open if it did not hold. */
export function evidence(page: Page, item: CaseResult): Markup {
  const id = caseId(page, item);
  const body = html`<summary>${mark(item.status)}<span class="hidden">${MEANINGS[item.status]}: </span><span class="title">${item.title}</span> <code>${item.id}</code></summary>
<dl class="evidence">
<div><dt>Asked for</dt><dd>${item.requirement} <span class="source">${item.source}</span></dd></div>
${item.reason ? html`<div><dt>Reason</dt><dd>${item.reason}</dd></div>` : undefined}
<div><dt>Looked at</dt><dd>${item.evidence} <span class="examined">(${counted(item.examined, 'item')} examined)</span></dd></div>
</dl>
${item.findings.map((finding) => findingBlock(page, finding))}
${item.findingsLeftOut > 0 ? html`<p>And ${count(item.findingsLeftOut)} more like ${item.findings.length === 1 ? 'this' : 'these'}.</p>` : undefined}
<p class="permalink"><a href="#${id}">Link to this case</a></p>`;
  return isProblem(item)
    ? html`<details class="case ${item.status}" id="${id}" open>${body}</details>`
    : html`<details class="case ${item.status}" id="${id}">${body}</details>`;
}

function findingBlock(page: Page, { message, fields, packet, command: show }: Finding): Markup {
  return html`<div class="finding"><p class="message">${message}</p>
${
  fields.length > 0
    ? html`<table class="fields"><thead><tr><th scope="col">Field</th><th scope="col">Expected</th><th scope="col">Seen</th></tr></thead>
<tbody>${fields.map(({ field, expected, seen }) => html`<tr><th scope="row">${field}</th><td class="expected">${expected}</td><td class="seen">${seen}</td></tr>`)}</tbody></table>`
    : undefined
}
${
  packet
    ? html`<p class="packet">Packet ${packet.frame} of ${fileLink(page, packet.capture)}, on <strong>${packet.host} ${packet.interface}</strong> at <time>${captureTime(packet.time)}</time><br><code>${packet.summary}</code></p>`
    : undefined
}
${show ? command(show) : undefined}</div>`;
}
