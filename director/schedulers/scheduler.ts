/** What a scheduling algorithm is. Its state belongs to one virtual service. */
import type { Destination } from '../services/destination.ts';

/** What a scheduler may know of the packet that opens a connection. Addresses are signed 32-bit integers. */
export interface Flow {
  readonly source: number;
  readonly sourcePort: number;
  readonly destination: number;
  readonly protocol: number;
}

export interface Scheduler {
  readonly name: string;
  /** The server for a new connection, or undefined if none may take it. */
  pick(flow: Flow): Destination | undefined;
  /** A server was put at the head of the list. */
  added?(): void;
  /** A server has been taken out of the list; it stood at this index. */
  removed?(destination: Destination, index: number): void;
  /** A server's weight, method or thresholds were set anew, perhaps to what they were. */
  edited?(): void;
}

/** Makes a scheduler for a service whose servers stand in `destinations`, newest first; the list is live. */
export type SchedulerFactory = (destinations: readonly Destination[]) => Scheduler;
