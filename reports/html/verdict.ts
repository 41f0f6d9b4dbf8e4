import { count, counted, duration, size, wallTime } from '../format.ts';
import { MEANINGS, STATUSES, SYMBOLS } from '../status.ts';
import { headline } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import { command, heading, type Page } from './page.ts';

/** The verdict: big, in words, with its reasons and counts. */
export function verdictHeader({ result }: Page): Markup {
  const { status, reasons, counts, exitCode } = result.verdict;
  return html`<header class="verdict ${status}">
<p class="product">lvs-lab report</p>
<h1>${headline(result)}</h1>
${reasons.length > 0 ? html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
<ul class="counts">${STATUSES.map(
    (name) =>
      html`<li class="${name}${counts[name] === 0 ? ' none' : ''}"><span class="symbol" aria-hidden="true">${SYMBOLS[name]}</span> <strong>${count(counts[name])}</strong> ${MEANINGS[name]}</li>`,
  )}</ul>
<p class="facts">${wallTime(result.run.startedAt)} · took ${duration(result.run.durationMs)} · exit code ${exitCode}</p>
</header>`;
}

/** What the reader looks at, for somebody who has never met LVS. */
export function aboutSection(): Markup {
  return html`<section id="about" class="prose">
${heading(2, 'about', 'How LVS works')}
<p>A Linux Virtual Server (LVS) is one address behind which several machines share the work. Clients only know that
<dfn>virtual IP</dfn> (VIP). The <dfn>director</dfn> owns it: for every new connection it picks one of the
<dfn>real servers</dfn>, by a rule called the scheduler, and from then on hands every packet of that connection to the
same server. It works on layer 4: it looks at addresses and ports, never at what is inside, and never answers a
connection itself.</p>
<p>How a packet gets to its server, and the reply back, is the mode. With <dfn>NAT</dfn> the director rewrites the
destination to the server’s own address; the reply has to pass the director again, which gives it the VIP as its
source. With direct routing (<dfn>DR</dfn>) the packet stays as it is and only its frame is addressed to the server’s
MAC, so director and servers share a segment. With tunnelling (<dfn>TUN</dfn>) the director wraps the packet in an outer
IP header to a server that may be in any network. In DR and TUN the server holds the VIP itself, without announcing it,
and replies to the client directly. This report says, from packets captured on every link, whether that is what
really happened.</p>
</section>`;
}

/** Facts about the run that somebody needs to do it again. */
export function machineSection({ result }: Page): Markup {
  const { run, directors } = result;
  const facts: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['Version', run.version],
    ['Seed', String(run.seed)],
    ['Kernel', run.machine.kernel],
    ['Processor', `${run.machine.cpu}, ${counted(run.machine.cores, 'core')}`],
    ['Memory', size(run.machine.memoryBytes)],
    ['Node', run.machine.node],
  ];
  return html`<section id="run">
${heading(2, 'run', 'Run')}
${command(run.command)}
<dl class="run-facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h3>Directors under test</h3>
<ul class="directors">${directors.map(
    ({ name, description, available, reason }) =>
      html`<li><strong>${name}</strong>: ${description}${available ? undefined : html` <em>Could not run here: ${reason ?? 'no reason was given'}</em>`}</li>`,
  )}</ul>
</section>`;
}
