/** The routes of a machine in memory, looked up as the kernel does: rules first, then the longest prefix, then the lowest metric. */
import {
  EMPTY_NETWORK,
  type Ipv4Address,
  type NetworkPrefix,
  type NetworkSnapshot,
  type NoRoute,
  prefixMask,
  type Route,
  type RouteSource,
} from '../../director/index.ts';

export type RouteEntry = NetworkPrefix &
  (Omit<Route, 'expiresInMs'> | { readonly none: NoRoute }) & {
    readonly metric: number;
    /** For packets with this source address alone, which a rule leads here before all others. */
    readonly from?: Ipv4Address;
    /** Until when it is there, as what was learned of a path is. */
    readonly untilMs?: number;
  };

/** A machine's network with the routes that its kernel would have. */
export interface RoutedNetwork extends NetworkSnapshot {
  readonly routes: readonly RouteEntry[];
}

/** Of a machine whose network nobody looks at. */
export const UNCONNECTED: RoutedNetwork = { ...EMPTY_NETWORK, routes: [] };

export class RouteTable implements RouteSource {
  readonly #nowMs: () => number;
  #entries: readonly RouteEntry[] = [];
  #own: readonly NetworkPrefix[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Routes through ports that are not there are left out. */
  replace({ routes, ports, localAddresses, localNetworks = [] }: RoutedNetwork): void {
    this.#own = [...localNetworks, ...localAddresses.map((network) => ({ network, prefixLength: 32 }))];
    this.#entries = routes
      .filter((route) => 'none' in route || ports.some(({ index }) => index === route.port))
      .sort(
        (a, b) =>
          Number(b.from !== undefined) - Number(a.from !== undefined) ||
          b.prefixLength - a.prefixLength ||
          a.metric - b.metric,
      );
  }

  find(destination: number, source: number, inputPort: number): Route | NoRoute {
    // For packets of its own from somebody else’s address the kernel knows no way.
    if (inputPort === 0 && source !== 0 && !this.#own.some((own) => isIn(source, own))) return 'blackhole';
    const nowMs = this.#nowMs();
    for (const route of this.#entries) {
      const { from = source, untilMs = Number.POSITIVE_INFINITY } = route;
      if (!isIn(destination, route) || from !== source || untilMs <= nowMs) continue;
      if ('none' in route) return route.none;
      return route.untilMs === undefined ? route : { ...route, expiresInMs: untilMs - nowMs };
    }
    return 'network unreachable';
  }
}

function isIn(address: number, { network, prefixLength }: NetworkPrefix): boolean {
  return ((address ^ network) & prefixMask(prefixLength)) === 0;
}
