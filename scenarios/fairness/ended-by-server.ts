/** Servers that end connections while clients keep their side open: what the director knows of that depends on the mode. */
import { comings } from '../../harness/fairness/plans.ts';
import type { PlanScenario } from '../../harness/fairness/scenario.ts';
import { kernel } from '../../harness/requirement.ts';
import { LOAD_AWARE, reachedBy } from './contenders.ts';
import { judgeShares } from './shares-verdict.ts';

const DESTINATIONS = 20;

export const endedByServer: PlanScenario = {
  kind: 'plan',
  name: 'ended-by-server',
  title: 'Servers end connections first',
  question: 'Do schedulers that count connections decide alike in every mode?',
  sources: [kernel('TCP states, §4.2')],
  contenders: LOAD_AWARE,
  placements: {
    quick: { lab: 'memory', modes: 'every', connections: 80 },
    default: { lab: 'live', modes: 'every', connections: 100 },
    full: { lab: 'live', modes: 'every', connections: 500 },
  },
  measuresEvenness: true,
  acrossModes: () => ({
    mustBeAlike: false,
    reason:
      'The server’s FIN passes the director in NAT only: there the connection stops being active at once, while DR and TUN ' +
      'count it as active until the client ends its side too. DR and TUN decide alike.',
  }),
  plan: ({ contender, connections, seed }) =>
    comings({
      service: { ...contender, weights: [1, 2, 4], protocol: 'tcp', reachedBy: reachedBy(contender) },
      connections,
      seed,
      destinations: DESTINATIONS,
      outlives: [4, 40],
      endedByServer: true,
    }),
  judge: judgeShares,
};
