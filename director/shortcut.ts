/**
 * What forwards packets of established connections in the core's place, where there is such a thing. The core stays the
 * truth: it says which connections may be forwarded so, and what it is asked about them it asks there in turn.
 */
import type { Neighbour } from './network/neighbour.ts';
import type { NextHop } from './network/next-hop.ts';

/** From which side packets come that may take it. */
export const SIDE = { client: 0, server: 1 } as const;
export type Side = (typeof SIDE)[keyof typeof SIDE];

export interface Shortcut {
  /**
   * A packet of a connection was sent. Those after it, from this side and the same port, may be sent the same way.
   * @param mtuBytes Largest packet that may be sent as it is.
   */
  offer(row: number, side: Side, inputPort: number, nextHop: NextHop, mtuBytes: number, nowMs: number): void;
  /** All of a connection's packets are the core's again. To be called before its entry changes or ends. */
  withdraw(row: number): void;
  /** When a packet of the connection was last sent there; before all time if none was. */
  lastSeenMs(row: number): number;
  /** The station has another address now, or none. */
  neighbourChanged(neighbour: Neighbour): void;
  /** Counts what was sent there since the last time. */
  harvest(): void;
  /** What has been counted so far. */
  readonly counted: CountedElsewhere | undefined;
}

/** Packets that were sent past the core and are in the statistics. */
export interface CountedElsewhere {
  /** When the counters began, on the core's clock. */
  readonly sinceMs: number;
  /** By number of the counter. */
  readonly counts: readonly (readonly [counter: number, packets: number, bytes: number])[];
}

/** What there is of it, for people. */
export interface ShortcutState {
  /** By interface: where in the kernel it is, `ready` where there was no such connection yet, or `off` with the reason. */
  readonly places: Readonly<Record<string, string>>;
  /** Flows that the kernel remembers; a connection by NAT has two. */
  readonly flows: number;
}
