/** A server's program dies, and nobody tells the director for a while: it makes no health checks of its own. */

import { counted, statedPercent } from '../../../statistics/number-text.ts';
import { kernel } from '../../kit/requirement.ts';
import { alikeWithoutLoad } from '../across-modes.ts';
import type { Open, Plan, PlannedService, Step } from '../plan/plan.ts';
import { opensFor } from '../plan/workload.ts';
import type { PlanOptions, PlanScenario } from '../scenario.ts';
import { REPRESENTATIVES } from './contenders.ts';
import { ONE_CHANGES } from './kept-servers.ts';

const CRASHED = 1;

export const crashed: PlanScenario = {
  kind: 'plan',
  name: 'crashed',
  title: 'A server crashes, and is deleted later',
  question: 'How many clients does a dead server cost until somebody takes it out?',
  sources: [kernel('TCP states, §4.2'), kernel('active and inactive counters, §4.5')],
  contenders: REPRESENTATIVES,
  placements: {
    quick: { live: 'no mode', connections: 120 },
    default: { live: 'every mode', connections: 120 },
    full: { live: 'every mode', connections: 240 },
  },
  servers: 3,
  withServers: ONE_CHANGES,
  measuresEvenness: false,
  acrossModes: alikeWithoutLoad(
    'The refusal (RST) of a dead server passes the director in NAT only: there the connection is closed at once and the ' +
      'server looks idle, while DR and TUN count it as active until it times out, so the server looks busy. DR and TUN ' +
      'decide alike.',
  ),
  plan,
  judge: ({ plan: { steps }, played }) => {
    const { whileDead, afterwards } = phases(steps);
    const refused = new Set(played.unanswered);
    const lost = whileDead.filter((connection) => refused.has(connection)).length;
    const late = afterwards.filter((connection) => refused.has(connection)).length;
    const share = lost / whileDead.length;
    const attracted = share === 1;
    return {
      findings:
        late > 0 ? [`${counted(late, 'connection')} found no server after the server had been deleted.`] : [],
      isShown: true,
      figures: {
        brokenConnections: played.broken.length,
        unansweredConnections: lost,
        unansweredShare: share,
      },
      conclusion:
        `${counted(played.broken.length, 'connection')} broke. Until the server was deleted, ${statedPercent(share)} of ` +
        `${counted(whileDead.length, 'new connection')} found no server` +
        (attracted ? ': a server that fails instantly looks idle, so it gets every new connection.' : '.'),
    };
  },
};

/** A quarter of the connections lasts; then comes the crash; half come while it is not noticed; the rest after that. */
function plan({ contender, connections, seed }: PlanOptions): Plan {
  const service: PlannedService = { ...contender, weights: [1, 1, 1], protocol: 'tcp', reachedBy: 'address' };
  const opens = opensFor({ service, connections, seed });
  const quarter = Math.floor(connections / 4);
  const lasting = opens.slice(0, quarter);
  const briefly = ({ connection, ...open }: Open): Step[] => [
    { ...open, connection },
    { do: 'close', connection },
  ];
  return {
    service,
    steps: [
      ...lasting,
      { do: 'sample' },
      { do: 'crash', server: CRASHED },
      ...opens.slice(quarter, 3 * quarter).flatMap(briefly),
      { do: 'sample' },
      { do: 'remove', server: CRASHED },
      ...opens.slice(3 * quarter).flatMap(briefly),
      { do: 'sample' },
      ...lasting.map(({ connection }): Step => ({ do: 'close', connection })),
      // The next scenario finds all servers at work.
      { do: 'restart', server: CRASHED },
    ],
  };
}

/** Connections that came between crash and deletion, and after it. */
function phases(steps: readonly Step[]): { whileDead: number[]; afterwards: number[] } {
  const crash = steps.findIndex((step) => step.do === 'crash');
  const removal = steps.findIndex((step) => step.do === 'remove');
  const opened = (part: readonly Step[]) =>
    part.flatMap((step) => (step.do === 'open' ? [step.connection] : []));
  return { whileDead: opened(steps.slice(crash, removal)), afterwards: opened(steps.slice(removal)) };
}
