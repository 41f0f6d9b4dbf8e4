/** What lblc and lblcr share. */
import type { Destination } from '../services/destination.ts';

/** More active connections than its weight, while another server stands half idle. Overload thresholds do not count. */
export function shouldBeRelieved(server: Destination, destinations: readonly Destination[]): boolean {
  if (server.activeConnections <= server.weight) return false;
  for (let i = 0; i < destinations.length; i++) {
    const other = destinations[i] as Destination;
    if (other.activeConnections * 2 < other.weight) return true;
  }
  return false;
}
