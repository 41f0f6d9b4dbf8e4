/** Every packet of a connection counts three times: for its server, for the service, and in total. */
import type { DirectorState } from './state.ts';

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
