/** Servers that end connections while clients keep their side open: what the director knows of that depends on the mode. */
import { decisionsToDetect } from '../../../statistics/sample-size.ts';
import { sharesOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { alikeWithoutLoad } from '../across-modes.ts';
import { chosenWeights, enoughConnections } from '../chosen-servers.ts';
import { planWorkload } from '../plan/workload.ts';
import type { PlanScenario } from '../scenario.ts';
import { POWER } from '../test-power.ts';
import { LOAD_AWARE, reachedBy } from './contenders.ts';
import { judgeShares } from './shares-verdict.ts';

const WEIGHTS = [1, 2, 4] as const;
/** Connections in which one server’s share shows that was changed by so much of itself. */
const toShow = (effect: number) => decisionsToDetect(sharesOf(WEIGHTS), effect, POWER);
const DESTINATIONS = 20;

export const endedByServer: PlanScenario = withWeights(WEIGHTS);

function withWeights(weights: readonly number[]): PlanScenario {
  const enough = (effect: number) => enoughConnections(toShow(effect), weights);
  return {
    kind: 'plan',
    name: 'ended-by-server',
    title: 'Servers end connections first',
    question: 'Do schedulers that count connections decide alike in every mode?',
    sources: [kernel('TCP states, §4.2')],
    contenders: LOAD_AWARE,
    placements: {
      quick: { live: 'no mode', connections: enough(0.4) },
      default: { live: 'every mode', connections: enough(0.3) },
      full: { live: 'every mode', connections: enough(0.06) },
    },
    servers: weights.length,
    withServers: (chosen) => withWeights(chosenWeights(chosen, WEIGHTS)),
    measuresEvenness: true,
    acrossModes: alikeWithoutLoad(
      'The server’s FIN passes the director in NAT only: there the connection stops being active at once, while DR and TUN ' +
        'count it as active until the client ends its side too. DR and TUN decide alike.',
    ),
    plan: ({ contender, connections, seed }) =>
      planWorkload({
        service: { ...contender, weights, protocol: 'tcp', reachedBy: reachedBy(contender) },
        connections,
        seed,
        destinations: DESTINATIONS,
        outlives: [4, 40],
        endedByServer: true,
      }),
    judge: judgeShares,
  };
}
