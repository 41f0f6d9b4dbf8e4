/** Servers of weight 1, 2 and 4 under connections that come one by one, some short and a few long. */
import { decisionsToDetect } from '../../../statistics/sample-size.ts';
import { sharesOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { chosenWeights, enoughConnections } from '../chosen-servers.ts';
import { planWorkload } from '../plan/workload.ts';
import type { ChosenServers, PlanScenario } from '../scenario.ts';
import { POWER } from '../test-power.ts';
import { plainList } from '../words.ts';
import { ALL, reachedBy } from './contenders.ts';
import { sharesPromised } from './ideal-shares.ts';
import { judgeShares } from './shares-verdict.ts';

const WEIGHTS = [1, 2, 4] as const;
/** Connections in which one server’s share shows that was changed by so much of itself. */
const toShow = (effect: number) => decisionsToDetect(sharesOf(WEIGHTS), effect, POWER);
/** Destinations that clients ask for where the scheduler goes by them. */
const DESTINATIONS = 50;
/** Of more servers not every weight is named. */
const MOST_NAMED = 8;

export const weights: PlanScenario = withWeights(WEIGHTS);

export function weightsWith(chosen: ChosenServers): PlanScenario {
  return withWeights(chosenWeights(chosen, WEIGHTS));
}

function withWeights(own: readonly number[]): PlanScenario {
  const enough = (effect: number) => enoughConnections(toShow(effect), own);
  return {
    kind: 'plan',
    name: 'weights',
    title: titleOf(own),
    question: 'Does each server get its share, and never too much at once?',
    sources: [kernel('schedulers, §2')],
    contenders: ALL,
    placements: {
      quick: { live: 'every mode', connections: enough(0.4) },
      default: { live: 'every mode', connections: enough(0.1) },
      full: { live: 'every mode', connections: enough(0.03) },
    },
    servers: own.length,
    withServers: weightsWith,
    measuresEvenness: true,
    acrossModes: alikeInEveryMode,
    plan: ({ contender, connections, seed }) =>
      planWorkload({
        service: { ...contender, weights: own, protocol: 'tcp', reachedBy: reachedBy(contender) },
        connections,
        seed,
        destinations: DESTINATIONS,
        outlives: [4, 100],
      }),
    idealShares: ({ plan, place }) => sharesPromised(plan.service, place),
    judge: judgeShares,
  };
}

function titleOf(own: readonly number[]): string {
  if (own.length > MOST_NAMED)
    return `${own.length} servers of weight ${Math.min(...own)} to ${Math.max(...own)}`;
  return `Servers of weight ${plainList(own.map(String))}`;
}
