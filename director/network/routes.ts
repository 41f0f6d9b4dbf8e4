/** Where packets go: the machine's ports and addresses, and the ways to destinations, remembered once they were asked for. */
import { type Ipv4Address, prefixMask } from '../wire/addresses.ts';
import type { NextHop } from './next-hop.ts';
import { NO_ROUTES, type NoRoute, type Route, type RouteSource } from './route-source.ts';
import { SharedNextHops } from './shared-next-hops.ts';
import { EMPTY_NETWORK, type NetworkPrefix, type NetworkSnapshot, type Port } from './snapshot.ts';
import { WayCache } from './way-cache.ts';

/** How long a path MTU that a router reported is believed (net.ipv4.route.mtu_expires). */
const PATH_MTU_MS = 600_000;
/** Smaller reports are not believed (net.ipv4.route.min_pmtu). */
const MIN_PATH_MTU_BYTES = 552;

/** Neither a source nor a port: packets that the machine sends, with an address that the route chooses. */
const ANY = 0;

export class Routes {
  #snapshot: NetworkSnapshot = EMPTY_NETWORK;
  readonly #source: RouteSource;
  #ports = new Map<number, Port>();
  #local = new Set<number>();
  #localNetworks: readonly NetworkPrefix[] = [];
  readonly #ways = new WayCache();
  /** Next hops that other destinations may have too: most are beyond the same few gateways. */
  readonly #shared = new SharedNextHops();
  /** Those that hold for a time only. */
  readonly #expiring = new Map<NextHop, number>();
  readonly #pathMtu = new Map<number, { readonly mtuBytes: number; readonly untilMs: number }>();
  #nowMs = 0;
  /** Another number once a way that was given out may not hold any more. */
  version = 0;

  constructor(source: RouteSource = NO_ROUTES) {
    this.#source = source;
  }

  get snapshot(): NetworkSnapshot {
    return this.#snapshot;
  }

  get ipForward(): boolean {
    return this.#snapshot.ipForward;
  }

  /** Takes over a new state of the network. */
  replace(snapshot: NetworkSnapshot): void {
    this.#snapshot = snapshot;
    this.#ports = new Map(snapshot.ports.map((port) => [port.index, port]));
    this.#local = new Set(snapshot.localAddresses);
    this.#localNetworks = snapshot.localNetworks ?? [];
    this.forget();
  }

  /** Forgets all ways, since routes may have changed. */
  forget(): void {
    this.version++;
    this.#ways.clear();
    this.#shared.clear();
    this.#expiring.clear();
  }

  port(index: number): Port | undefined {
    return this.#ports.get(index);
  }

  /** True if the local stack takes packets for this address. */
  isLocal(address: number): boolean {
    if (this.#local.has(address) || address >>> 24 === 127) return true;
    for (let i = 0; i < this.#localNetworks.length; i++) {
      const { network, prefixLength } = this.#localNetworks[i] as NetworkPrefix;
      if (((address ^ network) & prefixMask(prefixLength)) === 0) return true;
    }
    return false;
  }

  /** As `isLocal`, to be handed on. */
  readonly isOwn = (address: number): boolean => this.isLocal(address);

  /** The next hop towards an address that is not local, for a packet of the machine's own; null if there is no route. */
  lookup(destination: number): NextHop | null {
    return asNextHop(this.#way(destination, ANY, ANY));
  }

  /** As `lookup`, for a packet whose source address is given already. */
  lookupFrom(source: number, destination: number): NextHop | null {
    return asNextHop(this.#way(destination, source, ANY));
  }

  /** The next hop of a packet that came in on a port and is being forwarded, or why there is none. */
  lookupForwarding(inputPort: number, source: number, destination: number): NextHop | NoRoute {
    return this.#way(destination, source, inputPort);
  }

  /**
   * The next hop of packets to the far end of a tunnel. The kernel looks twice: for the tunnel's own address, and then
   * for the way from there, which a policy rule may have changed.
   */
  lookupTunnel(server: number): NextHop | null {
    const first = this.lookup(server);
    return first && this.lookupFrom(first.source, server);
  }

  /** The next hop of the last packet through a tunnel to `server`; what was learned since does not show in it. */
  lastNextHop(server: number): NextHop | null {
    const first = this.#lastWay(server, ANY);
    return first && this.#lastWay(server, first.source);
  }

  #lastWay(destination: number, source: number): NextHop | null {
    return asNextHop(this.#ways.get(source, ANY, destination) ?? this.#way(destination, source, ANY));
  }

  /** A router on the path to the far end of a tunnel reported how large a packet may be there (RFC 1191). */
  learnPathMtu(server: number, mtuBytes: number, nowMs: number): void {
    const nextHop = this.lastNextHop(server);
    if (nextHop === null || nextHop.mtuIsLocked) return;
    const believed = Math.max(mtuBytes, MIN_PATH_MTU_BYTES);
    const known = this.#pathMtu.get(server)?.mtuBytes ?? nextHop.port.mtuBytes;
    if (believed > known) return;
    this.#pathMtu.set(server, { mtuBytes: believed, untilMs: nowMs + PATH_MTU_MS });
    this.#outdate(server);
  }

  /** Forgets path MTUs whose time is up. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    for (const [destination, { untilMs }] of this.#pathMtu) {
      if (nowMs < untilMs) continue;
      this.#pathMtu.delete(destination);
      this.#outdate(destination);
    }
    for (const [nextHop, atMs] of this.#expiring) {
      if (nowMs < atMs) continue;
      nextHop.outdated = true;
      this.version++;
      this.#expiring.delete(nextHop);
    }
  }

  #outdate(destination: number): void {
    this.version++;
    for (const way of this.#ways.to(destination)) if (typeof way !== 'string') way.outdated = true;
  }

  #way(destination: number, source: number, inputPort: number): NextHop | NoRoute {
    const cached = this.#ways.get(source, inputPort, destination);
    if (cached !== undefined && (typeof cached === 'string' || !cached.outdated)) return cached;
    const found = this.#find(destination, source, inputPort);
    this.#ways.set(source, inputPort, destination, found);
    return found;
  }

  #find(destination: number, source: number, inputPort: number): NextHop | NoRoute {
    // From an address that the machine does not have, as that of a service by firewall mark may be, the kernel knows no way
    // for packets of its own; IPVS has them go as from any address.
    const isForeign = inputPort === ANY && source !== ANY && !this.isLocal(source);
    const route = this.#source.find(destination, isForeign ? ANY : source, inputPort);
    if (typeof route === 'string') return route;
    const port = this.#ports.get(route.port);
    if (port === undefined) return 'host unreachable';
    const nextHopAddress = route.gateway ?? (destination as Ipv4Address);
    const own = source === ANY ? (route.preferredSource ?? this.sourceTowards(port, nextHopAddress)) : source;
    if (own === undefined) return 'host unreachable';
    const nextHop: NextHop = {
      port,
      address: nextHopAddress,
      neighbour: undefined,
      mtuBytes: this.#mtuBytes(destination, port, route),
      mtuIsLocked: route.mtuIsLocked === true,
      source: own as Ipv4Address,
      outdated: false,
    };
    if (route.expiresInMs === undefined) return this.#shared.sameAs(nextHop);
    this.#expiring.set(nextHop, this.#nowMs + route.expiresInMs);
    return nextHop;
  }

  #mtuBytes(destination: number, port: Port, route: Route): number {
    const known = Math.min(port.mtuBytes, route.mtuBytes ?? port.mtuBytes);
    if (route.mtuIsLocked === true) return known;
    return Math.min(known, this.#pathMtu.get(destination)?.mtuBytes ?? known);
  }

  /** The address that this machine has towards `address` on a port; one of another port where that has none. */
  sourceTowards(port: Port, address: number): Ipv4Address | undefined {
    return (
      sourceTowards(port, address) ??
      this.#snapshot.ports.find((other) => other.addresses.length > 0)?.addresses[0]?.address
    );
  }
}

/** The port's own address in the subnet of `address`, else its primary one. */
export function sourceTowards(port: Port, address: number): Ipv4Address | undefined {
  const onLink = port.addresses.find(
    (own) => own.prefixLength < 32 && ((own.address ^ address) & prefixMask(own.prefixLength)) === 0,
  );
  return (onLink ?? port.addresses[0])?.address;
}

function asNextHop(way: NextHop | NoRoute): NextHop | null {
  return typeof way === 'string' ? null : way;
}
