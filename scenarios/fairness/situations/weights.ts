/** Servers of weight 1, 2 and 4 under connections that come one by one, some short and a few long. */
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

const WEIGHTS = [1, 2, 4];
/** Connections in which one server’s share shows that was changed by so much of itself. */
const toShow = (effect: number) => decisionsToDetect(sharesOf(WEIGHTS), effect, POWER);
/** Destinations that clients ask for where the scheduler goes by them. */
const DESTINATIONS = 50;

export const weights: PlanScenario = {
  kind: 'plan',
  name: 'weights',
  title: 'Servers of weight 1, 2 and 4',
  question: 'Does each server get its share, and never too much at once?',
  sources: [kernel('schedulers, §2')],
  contenders: ALL,
  placements: {
    quick: { live: 'every mode', connections: toShow(0.4) },
    default: { live: 'every mode', connections: toShow(0.1) },
    full: { live: 'every mode', connections: toShow(0.03) },
  },
  measuresEvenness: true,
  acrossModes: alikeInEveryMode,
  plan: ({ contender, connections, seed }) =>
    planWorkload({
      service: {
        ...contender,
        weights: WEIGHTS,
        protocol: 'tcp',
        reachedBy: reachedBy(contender),
      },
      connections,
      seed,
      destinations: DESTINATIONS,
      outlives: [4, 100],
    }),
  idealShares: ({ contender, plan, place }) => idealShares(contender, plan.service.weights, place),
  judge: judgeShares,
};
