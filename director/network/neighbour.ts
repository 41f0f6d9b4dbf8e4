/** One address on a link, and what is known of the station that has it. */
import type { Ipv4Address } from '../wire/addresses.ts';
import type { Port } from './snapshot.ts';

export const REACHABLE_MS = 30_000;

/**
 * `unknown`: nobody answered, or it was not asked for yet. `noarp`: the link asks for nobody. `permanent`: somebody else
 * vouches for its MAC address, and it is never asked for.
 */
export const NEIGHBOUR = {
  unknown: 0,
  incomplete: 1,
  reachable: 2,
  probing: 3,
  noarp: 4,
  permanent: 5,
} as const;

/** A frame that waits for its destination MAC. */
export interface WaitingFrame {
  readonly bytes: Uint8Array;
  readonly length: number;
}

export class Neighbour {
  port: Port;
  readonly address: Ipv4Address;
  readonly mac = new Uint8Array(6);
  state: number = NEIGHBOUR.unknown;
  confirmedAtMs = 0;
  nextProbeAtMs = 0;
  probesSent = 0;
  /** False once the table has no such entry any more: whoever holds it asks the table anew. */
  isListed = true;
  readonly waiting: WaitingFrame[] = [];

  constructor(port: Port, address: Ipv4Address) {
    this.port = port;
    this.address = address;
  }

  /** Its MAC address may be used. */
  get isUsable(): boolean {
    return this.isListed && this.state >= NEIGHBOUR.reachable;
  }

  /** No question is open, nobody vouches for it, and no packet has needed it for `quietMs` after it was last believed. */
  isUnusedFor(quietMs: number, nowMs: number): boolean {
    if (this.state === NEIGHBOUR.unknown || this.state === NEIGHBOUR.noarp) return true;
    // A packet that needed it after that would have had its station asked again.
    return this.state === NEIGHBOUR.reachable && nowMs - this.confirmedAtMs > REACHABLE_MS + quietMs;
  }
}
