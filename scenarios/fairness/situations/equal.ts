/** Three servers that are the same. */
import { decisionsToDetect } from '../../../statistics/sample-size.ts';
import { sharesOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { planWorkload } from '../plan/workload.ts';
import type { PlanScenario } from '../scenario.ts';
import { POWER } from '../test-power.ts';
import { ALL, reachedBy } from './contenders.ts';
import { idealShares } from './ideal-shares.ts';
import { judgeShares } from './shares-verdict.ts';

const WEIGHTS = [1, 1, 1];
/** Connections in which one server’s share shows that was changed by so much of itself. */
const toShow = (effect: number) => decisionsToDetect(sharesOf(WEIGHTS), effect, POWER);
const DESTINATIONS = 50;

export const equal: PlanScenario = {
  kind: 'plan',
  name: 'equal',
  title: 'Equal servers',
  question: 'Where all servers are the same, are they treated the same?',
  sources: [kernel('schedulers, §2')],
  contenders: ALL,
  placements: {
    quick: { live: 'no mode', connections: toShow(0.08) },
    default: { live: 'no mode', connections: toShow(0.03) },
    full: { live: 'every mode', connections: toShow(0.03) },
  },
  measuresEvenness: true,
  acrossModes: alikeInEveryMode,
  plan: ({ contender, connections, seed }) =>
    planWorkload({
      service: { ...contender, weights: WEIGHTS, protocol: 'tcp', reachedBy: reachedBy(contender) },
      connections,
      seed,
      destinations: DESTINATIONS,
      outlives: [4, 100],
    }),
  idealShares: ({ contender, plan, place }) => idealShares(contender, plan.service.weights, place),
  judge: judgeShares,
};
