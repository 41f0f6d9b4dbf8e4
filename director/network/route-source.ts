/** Whoever knows the way to a destination: the machine's kernel, or a table in memory. */
import type { Ipv4Address } from '../wire/addresses.ts';

export interface Route {
  /** Index of the port that it leads out of. */
  readonly port: number;
  /** Absent if the destination is on the link itself. */
  readonly gateway?: Ipv4Address | undefined;
  /** Address that packets of the director's own carry along this route. */
  readonly preferredSource?: Ipv4Address | undefined;
  /** Largest packet, where the route says so. */
  readonly mtuBytes?: number | undefined;
  /** What routers on the path report of its MTU is not believed (`mtu lock`). */
  readonly mtuIsLocked?: boolean;
  /** How long the route is as this says; until something changes if absent. */
  readonly expiresInMs?: number | undefined;
}

/** Why there is no way: none was configured, or a route says that there is none. */
export type NoRoute = 'network unreachable' | 'host unreachable' | 'prohibited' | 'blackhole';

export interface RouteSource {
  /**
   * @param source The packet's source address; 0 where it is still to be chosen, as the route has it.
   * @param inputPort Index of the port that the packet, which is being forwarded, came in on; 0 for the machine's own.
   */
  find(destination: number, source: number, inputPort: number): Route | NoRoute;
}

/** Of a machine without a network. */
export const NO_ROUTES: RouteSource = { find: () => 'network unreachable' };
