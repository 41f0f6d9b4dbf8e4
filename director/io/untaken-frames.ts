/** Frames for the services that could not be taken in: counted by port and reason, and said when it first happens. */
import type { Port } from '../network/snapshot.ts';
import { MAX_FRAME_BYTES } from './large-frames.ts';
import type { OpenPort } from './port-set.ts';

/** Why a frame cannot be taken in, and what helps. */
export const REASONS = {
  tooMany: 'large frames came faster than the director took them',
  mergedInsideATunnel:
    'it is merged inside a tunnel (VXLAN, Geneve), so nobody could tell its segments apart; ' +
    'turn off tx-udp_tnl-segmentation at its sender and GRO here (ethtool -K)',
} as const;
const TOO_LONG =
  'it is longer than an IPv4 packet can say (BIG TCP); ' +
  'set gso_ipv4_max_size at its sender and gro_ipv4_max_size here to 65536 (ip link set)';
const RING_FULL = 'frames came faster than the director took them';
const HANDSHAKES_FULL = 'handshakes came faster than the director took them';

export class UntakenFrames {
  readonly #log: (text: string) => void;
  readonly #counts = new Map<string, number>();

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** @param reason One of `REASONS`; of a frame that is too long in itself, that is the reason. */
  add(port: Port, frameBytes: number, reason: string): void {
    const sentence = `${port.name}: ${frameBytes > MAX_FRAME_BYTES ? TOO_LONG : reason}`;
    const count = this.#counts.get(sentence) ?? 0;
    if (count === 0) this.#log(`cannot take a frame of ${frameBytes} bytes on ${sentence}`);
    this.#counts.set(sentence, count + 1);
  }

  /** All so far, and what the kernel could not put into the ports' rings: how many, by port and reason as a sentence. */
  with(ports: readonly OpenPort[]): Readonly<Record<string, number>> {
    const all = new Map(this.#counts);
    for (const { port, ring, handshakes } of ports) {
      const dropped = [
        [RING_FULL, ring.dropped],
        [HANDSHAKES_FULL, handshakes.dropped],
      ] as const;
      for (const [reason, count] of dropped) if (count > 0) all.set(`${port.name}: ${reason}`, count);
    }
    return Object.fromEntries(all);
  }
}
