/** A virtual service of a user's own rules: connections come one by one, some short and a few long. */
import type { Mode } from '../../../lab/modes.ts';
import type { Source } from '../../kit/requirement.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { enoughConnections } from '../chosen-servers.ts';
import type { PlannedService } from '../plan/plan.ts';
import { planWorkload } from '../plan/workload.ts';
import type { Contender, PlanScenario, ProfileName, YourService } from '../scenario.ts';
import { sharesPromised } from './ideal-shares.ts';
import { judgeNetworks, serversByNetwork } from './networks-verdict.ts';
import { judgeShares, sharesText } from './shares-verdict.ts';

export interface OwnService {
  /** Of the situation: `tcp-192.0.2.10:80`. */
  readonly name: string;
  readonly mode: Mode;
  readonly contender: Contender;
  readonly planned: PlannedService;
  readonly yours: YourService;
  readonly source: Source;
}

const CONNECTIONS: Readonly<Record<ProfileName, number>> = { quick: 100, default: 400, full: 2_000 };
/** Addresses that clients ask for where a mark leads to the service. */
const DESTINATIONS = 50;
/** Clients come again where persistence keeps them on their server. */
const CLIENTS = 100;

export function ownService({ name, mode, contender, planned, yours, source }: OwnService) {
  const { persistence } = planned;
  const placement = (profile: ProfileName) =>
    ({ live: 'every mode', connections: enoughConnections(CONNECTIONS[profile], planned.weights) }) as const;
  return {
    kind: 'plan',
    name,
    title: `Your service ${yours.service}`,
    question: 'Does each server get what the scheduler promises for these weights?',
    sources: [source],
    contenders: [contender],
    placements: {
      quick: placement('quick'),
      default: placement('default'),
      full: placement('full'),
    },
    onlyIn: mode,
    yours,
    servers: planned.weights.length,
    withServers: 'It has the servers of the rules that were given.',
    measuresEvenness: true,
    acrossModes: alikeInEveryMode,
    plan: ({ connections, seed }) =>
      planWorkload({
        service: planned,
        connections,
        seed,
        destinations: DESTINATIONS,
        outlives: [4, 100],
        ...(persistence && { clients: CLIENTS }),
      }),
    ...(persistence === undefined && {
      idealShares: ({ plan, place }) => sharesPromised(plan.service, place),
    }),
    judge: (observed) => {
      if (persistence === undefined) return judgeShares(observed);
      const networks = serversByNetwork(observed.plan, observed.played, persistence.netmask);
      return {
        ...judgeNetworks(networks),
        conclusion:
          `${sharesText(observed.played, planned.weights)} Each of ${networks.size} networks kept its server: ` +
          'the scheduler deals out networks, so no share of the connections is promised.',
      };
    },
  } satisfies PlanScenario;
}
