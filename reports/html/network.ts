import { ALL_MODES, MODES } from '../../lab/modes.ts';
import type { Hop, Result, Session } from '../result.ts';
import { suiteTitle } from '../suites.ts';
import { hopsTable, interfacesTable } from '../tables/network.ts';
import { pathCaption } from './drawing/legend.ts';
import { type Steps, stepsOf } from './drawing/steps.ts';
import { drawing } from './drawing/svg.ts';
import { networkId } from './ids.ts';
import { html, type Markup } from './markup.ts';
import { fileHref, heading, type Page, scroller } from './page.ts';
import { tableMarkup } from './table.ts';

/** The network of a session, the way that one request and its reply took, and what the packet said at every hop. */
export function network(page: Page, session: Session): Markup {
  const steps = stepsOf(session);
  const { topology } = session;
  const caption =
    steps.steps.length === 0
      ? html`No path of a request was seen in the captures.`
      : pathCaption(steps.steps, 'One request and its reply, as the captures saw them.');
  return html`<figure>${scroller(`Topology: ${topology.title}`, drawing(topology, steps.steps))}
<figcaption>${caption}</figcaption></figure>
${hopsPart(page, 'Request', session.path.request, steps)}${hopsPart(page, 'Reply', session.path.reply, steps)}
<details class="fold"><summary>Interfaces and addresses</summary>${tableMarkup(page, interfacesTable(session), { caption: 'Interfaces' })}</details>`;
}

/** What kind of way the packets of a session took: the same for two that differ only in which server it was. */
function shapeOfWay(session: Session): string {
  const { topology } = session;
  const roleOf = (name: string | undefined) => topology.hosts.find((host) => host.name === name)?.role;
  const ways = stepsOf(session).steps.map(({ kind, from, to, switch: segment, tunnelled }) =>
    [kind, roleOf(from?.host), segment, roleOf(to?.host), tunnelled].join(),
  );
  return JSON.stringify([topology.title, topology.hosts.map(({ name }) => name), ways]);
}

/** What the packet said at every hop. */
function hopsPart(page: Page, name: string, hops: readonly Hop[], { stepOf }: Steps): Markup {
  if (hops.length === 0) return html`<p class="no-path">${name}: no path was seen in the captures.</p>`;
  const table = hopsTable(hops, {
    stepOf: (hop) => stepOf.get(hop),
    hrefOf: (file) => fileHref(page, file),
  });
  return tableMarkup(page, table, {
    caption: `${name}, hop by hop`,
    showsCaption: true,
    legend: html` <span>– <mark>marked</mark>: changed since the hop before</span>`,
    style: 'hops',
  });
}

/** The network of each mode, with the way that packets were seen to take over it. */
export function networksSection(page: Page): Markup | undefined {
  const drawn = drawnSessions(page.result);
  if (drawn.length === 0) return undefined;
  return html`${drawn.map((session) => {
    const id = networkId(page, session.mode);
    return html`<section class="network" id="${id}" aria-label="Network of ${MODES[session.mode].label}">${heading(id, session.topology.title)}
<p class="quiet">Seen with ${suiteTitle(session)}.</p>
${network(page, session)}</section>`;
  })}`;
}

/** For each mode the first session whose captures show a path, or else the first. */
function drawnSessions({ sessions }: Pick<Result, 'sessions'>): Session[] {
  return ALL_MODES.flatMap((mode) => {
    const own = sessions.filter((session) => session.mode === mode);
    return own.find(({ path }) => path.request.length > 0) ?? own[0] ?? [];
  });
}

/** Whether another session is drawn already whose network and way are like this one's. */
export function isDrawnElsewhere(page: Page, session: Session): boolean {
  const shape = shapeOfWay(session);
  return drawnSessions(page.result).some(
    (other) => other.mode === session.mode && shapeOfWay(other) === shape,
  );
}
