/** Three servers that are the same. */
import { comings } from '../../harness/fairness/plans.ts';
import type { PlanScenario } from '../../harness/fairness/scenario.ts';
import { kernel } from '../../harness/requirement.ts';
import { ALL, reachedBy } from './contenders.ts';
import { idealShares } from './ideal-shares.ts';
import { judgeShares } from './shares-verdict.ts';

const DESTINATIONS = 50;

export const equal: PlanScenario = {
  kind: 'plan',
  name: 'equal',
  title: 'Equal servers',
  question: 'Where all servers are the same, are they treated the same?',
  sources: [kernel('schedulers, §2')],
  contenders: ALL,
  placements: {
    quick: { lab: 'memory', modes: 'one', connections: 200 },
    default: { lab: 'memory', modes: 'one', connections: 1_000 },
    full: { lab: 'live', modes: 'every', connections: 500 },
  },
  measuresEvenness: true,
  plan: ({ contender, connections, seed }) =>
    comings({
      service: { ...contender, weights: [1, 1, 1], protocol: 'tcp', reachedBy: reachedBy(contender) },
      connections,
      seed,
      destinations: DESTINATIONS,
      outlives: [4, 100],
    }),
  idealShares: ({ contender, plan, place }) => idealShares(contender, plan.service.weights, place),
  judge: judgeShares,
};
