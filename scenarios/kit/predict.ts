/**
 * What the director should have decided: the frames that it got, put through a core in memory with the same rules and
 * the same seed. The core is the reference; the director under test had to come to the same on live traffic.
 */
import { applyRules, Core, HEADROOM_BYTES, Packet, parseRules, seededRandom } from '../../director/index.ts';
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { directorNetwork } from '../../lab/memory/director-network.ts';
import { framesInProcessingOrder } from './processing-order.ts';
import type { Evidence } from './session/evidence.ts';

export interface Decision {
  /** The packet that opened the connection, as the director got it. */
  readonly opening: DecodedPacket;
  /** Address of the real server, as a signed 32-bit integer. */
  readonly server: number;
}

const TICK_MS = 20;
const LARGEST_FRAME_BYTES = 65_535;

/** Every connection that a core opens, in order. */
export function predictDecisions(evidence: Evidence): Decision[] {
  const network = directorNetwork(evidence.topology);
  const core = new Core({ sink: { send: () => undefined }, random: seededRandom(evidence.seed) });
  core.setNetwork(network);
  applyRules(core.state, parseRules(evidence.service.rules.join('\n')));
  core.rulesChanged();

  const frames = framesInProcessingOrder(evidence);
  const startMs = (frames[0]?.time ?? 0) * 1000;
  const buffer = new Uint8Array(HEADROOM_BYTES + LARGEST_FRAME_BYTES);
  const packet = new Packet();
  const decisions: Decision[] = [];
  let tickedMs = 0;
  for (const frame of frames) {
    const nowMs = frame.time * 1000 - startMs;
    if (nowMs - tickedMs >= TICK_MS) {
      tickedMs = nowMs;
      core.tick(nowMs);
    }
    const before = core.state.totals.connections;
    const counts = connectionCounts(core);
    buffer.set(frame.packet.bytes, HEADROOM_BYTES);
    const port = network.ports.find(({ name }) => name === frame.port);
    packet.set(buffer, HEADROOM_BYTES, frame.packet.bytes.length, port?.index ?? 0);
    core.receive(packet, nowMs);
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
