/** What the harness tells the program that makes requests at given times, and what it answers: JSON. */
import type { Arrival } from '../../../scenarios/fairness/scenario.ts';

export interface ArrivalOrders {
  readonly address: string;
  readonly port: number;
  readonly arrivals: readonly Arrival[];
}

/** One for each arrival, in their order. */
export interface ArrivalAnswer {
  /** By the name in its answer; null if nobody answered. */
  readonly server: string | null;
  readonly latencyMs: number;
  readonly problem: string | null;
}
