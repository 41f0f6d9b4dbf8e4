/** Servers that are the same. */
import { decisionsToDetect } from '../../../statistics/sample-size.ts';
import { kernel } from '../../kit/requirement.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { enoughConnections } from '../chosen-servers.ts';
import { planWorkload } from '../plan/workload.ts';
import type { PlanScenario } from '../scenario.ts';
import { POWER } from '../test-power.ts';
import { ALL, reachedBy } from './contenders.ts';
import { sharesPromised } from './ideal-shares.ts';
import { judgeShares } from './shares-verdict.ts';

const SERVERS = 3;
/** Connections in which one server’s share shows that was changed by so much of itself. */
const toShow = (effect: number) => decisionsToDetect([1 / SERVERS], effect, POWER);
const DESTINATIONS = 50;

export const equal: PlanScenario = withServers(SERVERS);

function withServers(servers: number): PlanScenario {
  const weights = new Array<number>(servers).fill(1);
  const enough = (effect: number) => enoughConnections(toShow(effect), weights);
  return {
    kind: 'plan',
    name: 'equal',
    title: 'Equal servers',
    question: 'Where all servers are the same, are they treated the same?',
    sources: [kernel('schedulers, §2')],
    contenders: ALL,
    placements: {
      quick: { live: 'no mode', connections: enough(0.08) },
      default: { live: 'no mode', connections: enough(0.03) },
      full: { live: 'every mode', connections: enough(0.03) },
    },
    servers,
    withServers: (chosen) => withServers(chosen.servers ?? chosen.weights?.length ?? SERVERS),
    measuresEvenness: true,
    acrossModes: alikeInEveryMode,
    plan: ({ contender, connections, seed }) =>
      planWorkload({
        service: {
          ...contender,
          weights,
          protocol: 'tcp',
          reachedBy: reachedBy(contender),
        },
        connections,
        seed,
        destinations: DESTINATIONS,
        outlives: [4, 100],
      }),
    idealShares: ({ plan, place }) => sharesPromised(plan.service, place),
    judge: judgeShares,
  };
}
