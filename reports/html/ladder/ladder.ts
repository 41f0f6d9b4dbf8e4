import { counted } from '../../../statistics/number-text.ts';
import type { CaseResult, LadderFlow, Rung } from '../../result.ts';
import { stepBadge } from '../drawing/legend.ts';
import type { Step } from '../drawing/steps.ts';
import { html, type Markup } from '../markup.ts';
import { scroller } from '../page.ts';

/**
 * The packets of a case in time, each as an arrow between two of its hosts, with what was rewritten on the way. Roles are
 * said because a narrow screen lays the rows out in another way, and browsers then forget that this is a table.
 */
export function ladder(
  { title, findings }: Pick<CaseResult, 'title' | 'findings'>,
  flow: LadderFlow,
  stepOf: ReadonlyMap<Rung, Step>,
): Markup {
  const { rungs, leftOut } = flow;
  const hosts = flow.hosts.filter((name) => rungs.some(({ from, to }) => from === name || to === name));
  if (rungs.length === 0) return html`<p>No packet was seen.</p>`;
  const rows = rungs.map((rung) => {
    const isFound = findings.some(
      ({ packet }) =>
        packet?.summary === rung.summary && (packet.host === rung.to || packet.host === rung.from),
    );
    return rungRow(rung, hosts, stepOf.get(rung), isFound);
  });
  const table = html`<table class="ladder" role="table" style="--hosts:${hosts.length}"><caption class="hidden">Packets of: ${title}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="number">ms</th><th role="columnheader" scope="col"><span class="hosts">${hosts.map((name) => html`<span>${name}</span> `)}</span></th><th role="columnheader" scope="col">Packet, and what the sender rewrote in it</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
  return html`${scroller(`Packets of: ${title}`, table)}
${leftOut > 0 ? html`<p class="left-out">And ${counted(leftOut, 'more packet')}, which the capture has.</p>` : undefined}`;
}

function rungRow(rung: Rung, hosts: readonly string[], step: Step | undefined, isFound: boolean): Markup {
  const { atMs, from, to, summary, fields, changed } = rung;
  return html`<tr role="row" class="${isFound ? 'rung found' : 'rung'}"${step ? html` data-step="${step.number}"` : undefined}><td role="cell" class="number">${atMs.toFixed(2)}</td>
<td role="cell" class="lanes">${way(rung, hosts, step)}<span class="hidden">${from} to ${to}</span></td>
<td role="cell" class="packet"><code>${summary}</code>${isFound ? html` <strong class="found-here">found here</strong>` : undefined}
${
  changed.length > 0
    ? html`<ul class="changes" aria-label="Rewritten by ${from}">${changed.map(({ field, before, after }) => html`<li><span>${field}</span> <del>${before}</del> <ins>${after}</ins></li>`)}</ul>`
    : undefined
}
<details class="fields-of"><summary>${counted(fields.length, 'field')}</summary><dl>${fieldList(rung)}</dl></details></td></tr>`;
}

/** An arrow over the lanes of the hosts. Hosts that are not among the lanes leave it out. */
function way(
  { from, to, direction, fields }: Rung,
  hosts: readonly string[],
  step: Step | undefined,
): Markup | undefined {
  const start = hosts.indexOf(from);
  const end = hosts.indexOf(to);
  if (start < 0 || end < 0) return undefined;
  const flags = fields.find(({ field }) => field === 'TCP flags')?.value;
  const tunnelled = fields.some(({ field }) => field.startsWith('outer ')) ? ' tunnelled' : '';
  return html`<span class="way ${direction}${tunnelled}${start > end ? ' leftwards' : ''}" style="--low:${Math.min(start, end)};--high:${Math.max(start, end)}" aria-hidden="true">${step && stepBadge(step)}<span class="flags">${flags}</span></span>`;
}

function fieldList({ fields, changed }: Rung): Markup[] {
  const rewritten = new Set(changed.map(({ field }) => field));
  return fields.map(
    ({ field, value }) =>
      html`<div><dt>${field}</dt><dd>${rewritten.has(field) ? html`<mark>${value}</mark>` : value}</dd></div>`,
  );
}
