import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import type { Result, Session } from '../../result.ts';
import { suiteTitle } from '../../suites.ts';
import { html, type Markup } from '../markup.ts';
import { heading, type Page } from '../page.ts';
import { network, shapeOfWay } from './network.ts';

/** The network of each mode, with the way that packets were seen to take over it. */
export function networksSection(page: Page): Markup | undefined {
  const drawn = drawnSessions(page.result);
  if (drawn.length === 0) return undefined;
  return html`<section id="networks">
${heading(2, 'networks', 'Networks, and the path of a request')}
${drawn.map((session) => {
  const id = page.ids.of('network', session.mode);
  return html`<section class="network" id="${id}" aria-label="Network of ${MODES[session.mode].label}">${heading(3, id, session.topology.title)}
<p class="quiet">Seen with ${suiteTitle(session)}.</p>
${network(page, session)}</section>`;
})}
</section>`;
}

/** For each mode the first session whose captures show a path, or else the first. */
export function drawnSessions({ sessions }: Pick<Result, 'sessions'>): Session[] {
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
