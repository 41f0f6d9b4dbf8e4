import { counted, duration } from '../format.ts';
import type { Session } from '../result.ts';
import { type Suite, suiteTitle } from '../suites.ts';
import { type Step, stepsOf } from './drawing/steps.ts';
import { drawing } from './drawing/svg.ts';
import { evidence } from './evidence.ts';
import { captureTable, shareChart, trafficTable } from './figures.ts';
import { hopTables, stepBadge } from './hops.ts';
import { html, type Markup } from './markup.ts';
import { command, fileLink, heading, type Page, scroller } from './page.ts';

/** Everything that was seen and judged for one mode, director and scheduler. */
export function suiteSection(page: Page, suite: Suite): Markup {
  const id = page.ids.of('suite', suite.key);
  return html`<section class="suite" id="${id}">
${heading(2, id, suiteTitle(suite))}
${suite.sessions.length === 0 ? html`<p>No lab was brought up for this.</p>` : undefined}
${suite.sessions.map((session, index) => sessionParts(page, session, page.ids.of('session', `${suite.key}/${index + 1}`)))}
<h3>Cases</h3>
${suite.cases.length > 0 ? suite.cases.map((item) => evidence(page, item)) : html`<p>No case was judged.</p>`}
</section>`;
}

function sessionParts(page: Page, session: Session, id: string): Markup {
  const steps = stepsOf(session);
  const label = `Topology: ${session.topology.title}`;
  return html`<section class="session" id="${id}" aria-label="Lab of ${suiteTitle(session)}">
<p class="topology-title">${session.topology.title}</p>
<figure>${scroller(label, drawing(session, steps.steps, page.ids.of('drawing', id)))}
<figcaption>${caption(steps.steps)}</figcaption></figure>
${hopTables(page, session, steps)}
${shareChart(session)}
${trafficTable(session)}
<details class="fold"><summary>Rules, interfaces, captures and files</summary>
<h4>Rules</h4>${command(session.rules.join('\n'))}
${session.decapsulation ? html`<p>The outer header is taken off by: ${session.decapsulation}</p>` : undefined}
<h4>Interfaces</h4>${interfaceTable(session)}
<h4>Captures</h4>${captureTable(page, session) ?? html`<p>None was kept.</p>`}
<h4>Files</h4>${session.files.length > 0 ? html`<ul class="files">${session.files.map((file) => html`<li>${fileLink(page, file)}</li>`)}</ul>` : html`<p>None was kept.</p>`}
<p class="facts">${counted(session.topology.hosts.length, 'host')} brought up in ${duration(session.bringUpMs)}, taken down in ${duration(session.tearDownMs)}.</p>
</details></section>`;
}

/** How to read the lines of the drawing. */
function caption(steps: readonly Step[]): Markup {
  if (steps.length === 0) return html`No path of a request was seen in the captures.`;
  const key = (kind: Step['kind']) => {
    const step = steps.find((candidate) => candidate.kind === kind);
    return (
      step && html`<span class="path-key">${stepBadge(step)}<span class="line ${kind}"></span> ${kind}</span>`
    );
  };
  const tunnelled = steps.some((step) => step.tunnelled)
    ? html`<span class="path-key"><span class="line tunnelled"></span> in an outer header</span>`
    : undefined;
  return html`One request and its reply, as the captures saw them. ${key('request')} ${key('reply')} ${tunnelled}`;
}

function interfaceTable({ topology }: Session): Markup {
  const rows = topology.hosts.flatMap((host) => [
    ...host.interfaces.map(
      (item) =>
        html`<tr><th scope="row">${host.name} ${item.name}</th><td>${host.role}</td><td>${item.switch}</td><td>${item.addresses.join(', ')}</td><td><code>${item.mac}</code></td></tr>`,
    ),
    ...(host.loopback.length > 0
      ? [
          html`<tr><th scope="row">${host.name} lo</th><td>${host.role}</td><td>–</td><td>${host.loopback.join(', ')}</td><td>–</td></tr>`,
        ]
      : []),
  ]);
  const table = html`<table><thead><tr><th scope="col">Interface</th><th scope="col">Role</th><th scope="col">Segment</th><th scope="col">Addresses</th><th scope="col">MAC</th></tr></thead><tbody>${rows}</tbody></table>`;
  return scroller('Interfaces', table);
}
