/** Decisions by the million for datagrams of clients anywhere, each scheduled by itself: no load is left behind. */
import {
  applyRules,
  Core,
  ipv4,
  PROTOCOL,
  parseRules,
  seededRandom,
  type VirtualService,
} from '../../../director/index.ts';

import { type Mode, topologies } from '../../../lab/index.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { placeOf, type ServicePlace, setUpRules } from '../addresses.ts';
import { NO_SERVER } from '../plan/plan.ts';
import type { Contender } from '../scenario.ts';
import { Balancer } from './balancer.ts';

const MAX_CONNECTIONS = 4096;

export interface Draws {
  readonly place: ServicePlace;
  /** The servers of so many further datagrams, as indexes. */
  readonly draw: (count: number) => Int16Array;
}

export function drawInMemory(of: {
  readonly contender: Contender;
  readonly weights: readonly number[];
  readonly mode: Mode;
  readonly seed: number;
}): Draws {
  const place = placeOf(of.mode, 0, topologies[of.mode]({ servers: of.weights.length }));
  const core = new Core({
    sink: { send: () => undefined },
    random: seededRandom(of.seed),
    maxConnections: MAX_CONNECTIONS,
  });
  const service = { ...of.contender, weights: of.weights, protocol: 'udp', reachedBy: 'address' } as const;
  const [addStandardService = '', ...addServers] = setUpRules(service, place);
  applyRules(core.state, parseRules([`${addStandardService} -o`, ...addServers].join('\n')));
  const balancer = new Balancer(core);
  const found = core.state.services.find(PROTOCOL.udp, ipv4(place.vip), place.port, 0) as VirtualService;
  const random = new RandomNumbers(of.seed, 'clients');
  const indexes = new Map(place.rips.map((rip, server) => [ipv4(rip) as number, server]));
  const flow = {
    protocol: PROTOCOL.udp as number,
    source: 0,
    sourcePort: 0,
    destination: ipv4(place.vip) as number,
    destinationPort: place.port,
  };
  return {
    place,
    draw(count) {
      const decisions = new Int16Array(count);
      for (let i = 0; i < count; i++) {
        flow.source = random.below(2 ** 32) | 0;
        flow.sourcePort = 1024 + random.below(64_512);
        const row = balancer.open(flow, found, 0, 0);
        // The entry is gone already; what it said of its server still stands in its row.
        decisions[i] = row < 0 ? NO_SERVER : (indexes.get(balancer.serverOf(row).address) as number);
      }
      return decisions;
    },
  };
}
