/** What a scheduling algorithm is. Its state belongs to one virtual service. */
import type { Settings } from '../settings.ts';
import type { Destination } from './destination.ts';

/** What a scheduler may know of the packet that opens a connection. Addresses are signed 32-bit integers. */
export interface FlowKey {
  readonly source: number;
  readonly sourcePort: number;
  readonly destination: number;
  readonly protocol: number;
}

export interface Scheduler {
  readonly name: string;
  /** The server for a new connection, or undefined if none may take it. Must not allocate. */
  pick(flow: FlowKey, nowMs: number): Destination | undefined;
  /** A server was put at the head of the list. */
  added?(): void;
  /** A server has been taken out of the list; it stood at this index. */
  removed?(index: number): void;
  /** A server's weight, method or thresholds were set anew, perhaps to what they were. */
  edited?(): void;
  /** The service has another scheduler now, or has been deleted: lets go of the servers it remembers. */
  retired?(): void;
  /** What a scheduler with the same servers needs to go on where this one is, if what follows from the servers is not enough. */
  image?(): readonly number[];
  /** Goes on from what `image` gave. @param server The server with a number, if it is still known. */
  restore?(image: readonly number[], server: (id: number) => Destination | undefined): void;
  /** What it remembers, in words that a person comparing two schedulers can read. */
  inspect?(): Readonly<Record<string, string | number>>;
}

/** The service that a scheduler works for. Both fields are live: they change under the scheduler. */
export interface Scheduled {
  /** Newest first. */
  readonly destinations: readonly Destination[];
  /** Bits of `SERVICE_FLAG`. */
  readonly flags: number;
}

export interface SchedulerEnvironment {
  readonly settings: Settings;
  /** An integer from 0 to 2^32 - 1. */
  readonly random: () => number;
}

export type SchedulerFactory = (service: Scheduled, environment: SchedulerEnvironment) => Scheduler;

/** A service without a scheduler (`-s none`): no server is ever chosen. */
export const NO_SCHEDULER: Scheduler = { name: 'none', pick: () => undefined };
