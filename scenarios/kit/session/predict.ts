/**
 * What the director should have decided: the frames that it got, put through a director in memory with the same rules and
 * the same seed. That one is the reference; the director under test had to come to the same on live traffic.
 */
import type { Core } from '../../../director/index.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { directorNetwork } from '../../../lab/memory/director-network.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import type { Evidence } from './evidence.ts';
import { framesInProcessingOrder } from './processing-order.ts';

export interface Decision {
  /** The packet that opened the connection, as the director got it. */
  readonly opening: DecodedPacket;
  /** Address of the real server, as a signed 32-bit integer. */
  readonly server: number;
}

/** As many as a director has room for unless told otherwise. */
const MAX_CONNECTIONS = 1 << 23;

/** Every connection that a director in memory opens, in order. */
export function predictDecisions(evidence: Evidence): Decision[] {
  const network = directorNetwork(evidence.topology);
  const director = new VirtualDirector({
    network,
    seed: evidence.seed,
    send: () => undefined,
    maxConnections: MAX_CONNECTIONS,
  });
  director.rules(...evidence.service.rules);

  const { core } = director;
  const frames = framesInProcessingOrder(evidence);
  const startMs = (frames[0]?.time ?? 0) * 1000;
  const decisions: Decision[] = [];
  for (const frame of frames) {
    director.advanceTo(frame.time * 1000 - startMs);
    const before = core.state.totals.connections;
    const counts = connectionCounts(core);
    const port = network.ports.find(({ name }) => name === frame.port);
    director.receive(port?.index ?? 0, frame.packet.bytes);
    if (core.state.totals.connections === before) continue;
    const chosen = connectionCounts(core).find(({ count }, i) => count !== counts[i]?.count);
    if (chosen !== undefined) decisions.push({ opening: frame.packet, server: chosen.server });
  }
  return decisions;
}

function connectionCounts(core: Core): { server: number; count: number }[] {
  return Array.from(core.state.services.all(), ({ destinations }) => destinations)
    .flat()
    .map(({ address, statistics }) => ({ server: address, count: statistics.connections }));
}
