/** Persistence with a netmask: clients of one network keep one server. */

import { counted } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { schedulersWhere } from '../../models/schedulers.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { planWorkload } from '../plan/workload.ts';
import { contenders, type PlanScenario } from '../scenario.ts';
import { plainList } from '../words.ts';
import { EQUAL_SHOW } from './kept-servers.ts';
import { judgeNetworks, serversByNetwork } from './networks-verdict.ts';

const SECONDS = 300;
const NETMASK = '255.255.255.0';
/** Their addresses lie in some fifteen networks. */
const CLIENTS = 100;

export const persistence: PlanScenario = {
  kind: 'plan',
  name: 'persistence',
  title: 'Persistence by network',
  question: 'Do clients of one network stay together, and what does that do to the shares?',
  sources: [kernel('persistence, §3.5')],
  // Those that count active connections alone would show nothing that lc and wlc do not.
  contenders: contenders(
    ...schedulersWhere(({ evensOut, load }) => evensOut === true && load !== 'active connections'),
  ),
  placements: {
    quick: { live: 'no mode', connections: 120 },
    default: { live: 'no mode', connections: 120 },
    full: { live: 'every mode', connections: 300 },
  },
  servers: 3,
  withServers: EQUAL_SHOW,
  measuresEvenness: true,
  acrossModes: alikeInEveryMode,
  plan: ({ contender, connections, seed }) =>
    planWorkload({
      service: {
        ...contender,
        weights: [1, 1, 1],
        protocol: 'tcp',
        reachedBy: 'address',
        persistence: { seconds: SECONDS, netmask: NETMASK },
      },
      connections,
      seed,
      clients: CLIENTS,
      outlives: [4, 100],
    }),
  judge: ({ plan, played }) => {
    const serversOf = serversByNetwork(plan, played, NETMASK);
    const networks = [0, 1, 2].map(
      (server) => [...serversOf.values()].filter((servers) => servers.has(server)).length,
    );
    const counts = countsOf(played.decisions, 3);
    const told = plainList(
      counts.map((count, i) => `rs${i + 1} has ${networks[i]} networks and ${counted(count, 'connection')}`),
    );
    return {
      ...judgeNetworks(serversOf),
      conclusion: `Each of ${serversOf.size} networks kept its server. The scheduler deals out networks, not connections: ${told}.`,
    };
  },
};
