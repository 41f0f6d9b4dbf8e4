/** Decisions on connections that last, each with the servers as they stood before it. */
import {
  applyRules,
  Core,
  ipv4,
  PROTOCOL,
  parseRules,
  seededRandom,
  TCP_FLAG,
  type VirtualService,
} from '../../../director/index.ts';

import { type Mode, topologies } from '../../../lab/index.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import type { ModelServer } from '../../models/choice.ts';
import { placeOf, setUpRules } from '../addresses.ts';
import type { Contender } from '../scenario.ts';
import { Balancer } from './balancer.ts';

const { syn, ack, rst } = TCP_FLAG;
const MAX_CONNECTIONS = 1 << 16;
/** Connections that one outlives, at most. */
const LONGEST = 60;
/** Virtual time between two connections. One that was reset leaves the table after ten seconds. */
const GAP_MS = 20;

export interface LoadedDraw {
  /** In the scheduler's order, named by index. */
  readonly list: readonly ModelServer[];
  readonly chosen: number;
}

export function* loadedDraws(of: {
  readonly contender: Contender;
  readonly weights: readonly number[];
  readonly mode: Mode;
  readonly seed: number;
  readonly connections: number;
}): Generator<LoadedDraw> {
  const place = placeOf(of.mode, 0, topologies[of.mode]({ servers: of.weights.length }));
  const core = new Core({
    sink: { send: () => undefined },
    random: seededRandom(of.seed),
    maxConnections: MAX_CONNECTIONS,
  });
  const planned = { ...of.contender, weights: of.weights, protocol: 'tcp', reachedBy: 'address' } as const;
  applyRules(core.state, parseRules(setUpRules(planned, place).join('\n')));
  const balancer = new Balancer(core);
  const service = core.state.services.find(PROTOCOL.tcp, ipv4(place.vip), place.port, 0) as VirtualService;
  const indexes = new Map(place.rips.map((rip, server): [number, number] => [ipv4(rip), server]));
  const indexOf = (address: number) => indexes.get(address) ?? -1;
  const random = new RandomNumbers(of.seed, 'lifetimes');
  const ending = Array.from({ length: LONGEST + 1 }, (): number[] => []);
  const flow = {
    protocol: PROTOCOL.tcp as number,
    source: 0,
    sourcePort: 1024,
    destination: ipv4(place.vip) as number,
    destinationPort: place.port,
  };
  for (let i = 0; i < of.connections; i++) {
    const nowMs = i * GAP_MS;
    core.state.connections.expire(nowMs);
    for (const row of (ending[i % ending.length] as number[]).splice(0)) {
      balancer.fromClient(row, PROTOCOL.tcp, rst, nowMs);
    }
    const list = service.destinations.map(
      (server): ModelServer => ({
        name: String(indexOf(server.address)),
        address: '',
        port: server.port,
        weight: server.weight,
        active: server.activeConnections,
        inactive: server.inactiveConnections,
      }),
    );
    flow.source = i;
    const row = balancer.open(flow, service, syn, nowMs);
    balancer.fromClient(row, PROTOCOL.tcp, ack, nowMs);
    const { address } = balancer.serverOf(row);
    ending[(i + 1 + random.below(LONGEST)) % ending.length]?.push(row);
    yield { list, chosen: indexOf(address) };
  }
}
