/** Long-lived connections, and one server that is restarted: its clients come back, but to whom? */

import { counted } from '../../../statistics/number-text.ts';
import { kernel } from '../../kit/requirement.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { moments } from '../plan/active-connections.ts';
import type { Plan, PlannedService, Step } from '../plan/plan.ts';
import { opensFor } from '../plan/workload.ts';
import type { PlanOptions, PlanScenario } from '../scenario.ts';
import { EVENING_OUT } from './contenders.ts';
import { ONE_CHANGES } from './kept-servers.ts';

const RESTARTED = 1;

export const restart: PlanScenario = {
  kind: 'plan',
  name: 'restart',
  title: 'Long-lived connections, one server restarted',
  question: 'After a restart, does a server get its share of long-lived connections back?',
  sources: [kernel('schedulers, §2')],
  contenders: EVENING_OUT,
  placements: {
    quick: { live: 'no mode', connections: 120 },
    default: { live: 'no mode', connections: 120 },
    full: { live: 'every mode', connections: 240 },
  },
  servers: 3,
  withServers: ONE_CHANGES,
  measuresEvenness: false,
  acrossModes: alikeInEveryMode,
  plan,
  judge: ({ contender, plan: played_, played, place }) => {
    const all = Array.from(moments(played_, played, place.rips.length));
    const lastOpen = all.findLast(({ step }) => step.do === 'open')?.active ?? [];
    const imbalance = Math.max(...lastOpen) - Math.min(...lastOpen);
    // Who looks at the load fills the empty server first.
    const recovers = schedulerFacts(contender.scheduler).load !== 'none';
    const restarted = lastOpen[RESTARTED] as number;
    return {
      findings:
        recovers && imbalance > 1
          ? [`In the end one server has ${imbalance} connections more than another.`]
          : [],
      isShown: !recovers,
      figures: { finalImbalance: imbalance, brokenConnections: played.broken.length },
      conclusion:
        `${counted(played.broken.length, 'connection')} broke and came back. In the end the restarted server has ${restarted}, ` +
        `the others ${lastOpen.filter((_, server) => server !== RESTARTED).join(' and ')}` +
        (recovers
          ? '.'
          : ': lost connections are spread over all servers, so the restarted one stays behind until old connections end.'),
    };
  },
};

/** Half of the connections come before the restart; those that it breaks come back; and then the rest. */
function plan({ contender, connections, seed }: PlanOptions): Plan {
  const service: PlannedService = { ...contender, weights: [1, 1, 1], protocol: 'tcp', reachedBy: 'address' };
  const before = Math.floor(connections / 2);
  // With equal servers each of these schedulers gives everybody the same number, so a third is lost.
  const back = Math.ceil(before / 3);
  const opens = opensFor({ service, connections: connections + back, seed });
  const sampled = (part: typeof opens): Step[] =>
    part.flatMap((open, i): Step[] => (i % 10 === 9 ? [open, { do: 'sample' }] : [open]));
  return {
    service,
    steps: [
      ...sampled(opens.slice(0, before)),
      { do: 'crash', server: RESTARTED },
      { do: 'sample' },
      { do: 'restart', server: RESTARTED },
      ...sampled(opens.slice(before)),
      ...opens.map(({ connection }): Step => ({ do: 'close', connection })),
    ],
  };
}
