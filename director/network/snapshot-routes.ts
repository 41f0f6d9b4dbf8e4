/** Looks routes up in a snapshot of a network, as the kernel does in its main table. */
import { prefixMask } from '../wire/addresses.ts';
import type { NoRoute, Route, RouteSource } from './route-source.ts';
import type { RouteEntry } from './snapshot.ts';

export class SnapshotRoutes implements RouteSource {
  /** Longest prefix first, then lowest metric. */
  readonly #entries: readonly RouteEntry[];

  /** Routes through ports that are not there are left out. */
  constructor(entries: readonly RouteEntry[], hasPort: (index: number) => boolean) {
    this.#entries = entries
      .filter(({ port }) => hasPort(port))
      .sort((a, b) => b.prefixLength - a.prefixLength || a.metric - b.metric);
  }

  find(destination: number): Route | NoRoute {
    for (const route of this.#entries) {
      if (((destination ^ route.network) & prefixMask(route.prefixLength)) === 0) return route;
    }
    return 'network unreachable';
  }
}
