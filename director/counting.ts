/**
 * When counters move: every packet of a connection counts for its server, for the service and in total, and every two
 * seconds all rates are estimated.
 */
import type { Destination } from './services/destination.ts';
import type { VirtualService } from './services/virtual-service.ts';
import { SIDE, type Side } from './shortcut.ts';
import type { DirectorState } from './state.ts';
import { ESTIMATION_PERIOD_MS } from './statistics.ts';

/** A connection made by scheduling. */
export function countConnection(state: DirectorState, row: number): void {
  const destination = state.services.destination(state.connections.table.destination[row] as number);
  if (destination === undefined) return;
  destination.statistics.connections++;
  destination.serviceStatistics.connections++;
  state.totals.connections++;
}

/** Packets of connections to a deleted server are not counted. */
export function countIn(state: DirectorState, row: number, bytes: number): void {
  const destination = state.services.destination(state.connections.table.destination[row] as number);
  if (destination === undefined || !destination.available) return;
  destination.statistics.countIn(bytes);
  destination.serviceStatistics.countIn(bytes);
  state.totals.countIn(bytes);
}

/** Packets of connections to a deleted server are not counted. */
export function countOut(state: DirectorState, row: number, bytes: number): void {
  const destination = state.services.destination(state.connections.table.destination[row] as number);
  if (destination === undefined || !destination.available) return;
  destination.statistics.countOut(bytes);
  destination.serviceStatistics.countOut(bytes);
  state.totals.countOut(bytes);
}

/** As `countIn` and `countOut`, for packets that were sent past the core. */
export function countElsewhere(
  { totals }: DirectorState,
  destination: Destination,
  side: Side,
  packets: number,
  bytes: number,
): void {
  if (!destination.available) return;
  for (const statistics of [destination.statistics, destination.serviceStatistics, totals]) {
    if (side === SIDE.client) statistics.addIn(packets, bytes);
    else statistics.addOut(packets, bytes);
  }
}

/** Runs all estimators at the same moment. `run_estimation` stops them, and with them what is shown. */
export class Estimation {
  readonly #state: DirectorState;
  #dueMs: number | undefined;

  constructor(state: DirectorState) {
    this.#state = state;
  }

  tick(nowMs: number): void {
    this.#dueMs ??= nowMs + ESTIMATION_PERIOD_MS;
    if (nowMs < this.#dueMs) return;
    this.#dueMs += ESTIMATION_PERIOD_MS;
    // After a long pause the next period is a whole one.
    if (this.#dueMs <= nowMs) this.#dueMs = nowMs + ESTIMATION_PERIOD_MS;
    if (this.#state.settings.run_estimation !== 0) this.#run();
  }

  #run(): void {
    const { services, shortcut } = this.#state;
    shortcut?.harvest();
    for (const service of services.everything()) estimateService(service);
  }
}

/** Deleted servers are left out: nothing is counted for them. */
function estimateService({ statistics, destinations }: VirtualService): void {
  statistics.estimate();
  for (let i = 0; i < destinations.length; i++) destinations[i]?.statistics.estimate();
}
