/** Where packets go: the machine's addresses and routes, looked up as the kernel's main table is. */
import { type Ipv4Address, prefixMask } from '../wire/addresses.ts';
import type { Neighbour, NeighbourTable } from './neighbours.ts';
import { EMPTY_NETWORK, type NetworkSnapshot, type Port, type RouteEntry } from './snapshot.ts';

/** How packets get to one destination: out of which port, to which neighbour, how large, and with which own address. */
export interface NextHop {
  readonly port: Port;
  readonly neighbour: Neighbour;
  readonly mtuBytes: number;
  /** Source address of the director's own packets to there. */
  readonly source: Ipv4Address;
  /** A smaller path MTU has been learned since: the next packet is looked up anew. */
  outdated: boolean;
}

/** How long a path MTU that a router reported is believed (net.ipv4.route.mtu_expires). */
const PATH_MTU_MS = 600_000;
/** Smaller reports are not believed (net.ipv4.route.min_pmtu). */
const MIN_PATH_MTU_BYTES = 552;

/** Destinations remembered; past that the memory starts anew rather than growing with every client. */
const CACHE_DESTINATIONS = 65_536;

export class Routes {
  #snapshot: NetworkSnapshot = EMPTY_NETWORK;
  /** Longest prefix first, then lowest metric. */
  #entries: RouteEntry[] = [];
  #ports = new Map<number, Port>();
  #local = new Set<number>();
  readonly #cache = new Map<number, NextHop | null>();
  readonly #pathMtu = new Map<number, { readonly mtuBytes: number; readonly untilMs: number }>();
  readonly #neighbours: NeighbourTable;

  constructor(neighbours: NeighbourTable) {
    this.#neighbours = neighbours;
  }

  get snapshot(): NetworkSnapshot {
    return this.#snapshot;
  }

  get ipForward(): boolean {
    return this.#snapshot.ipForward;
  }

  /** Takes over a new state of the network. What is known of neighbours on unchanged ports stays. */
  replace(snapshot: NetworkSnapshot): void {
    const kept = new Map<number, Port>();
    for (const port of snapshot.ports) {
      const before = this.#ports.get(port.index);
      kept.set(port.index, before !== undefined && samePort(before, port) ? before : port);
    }
    this.#ports = kept;
    this.#snapshot = { ...snapshot, ports: [...kept.values()] };
    this.#local = new Set(snapshot.localAddresses);
    this.#entries = snapshot.routes.toSorted(
      (a, b) => b.prefixLength - a.prefixLength || a.metric - b.metric,
    );
    this.#cache.clear();
  }

  port(index: number): Port | undefined {
    return this.#ports.get(index);
  }

  /** True if the local stack takes packets for this address. */
  isLocal(address: number): boolean {
    return this.#local.has(address) || address >>> 24 === 127;
  }

  /** As `isLocal`, to be handed on. */
  readonly isOwn = (address: number): boolean => this.isLocal(address);

  /** The next hop towards an address that is not local, or null if there is no route. */
  lookup(destination: number): NextHop | null {
    const cached = this.#cache.get(destination);
    if (cached !== undefined && cached?.outdated !== true) return cached;
    if (this.#cache.size >= CACHE_DESTINATIONS) this.#cache.clear();
    const found = this.#find(destination);
    this.#cache.set(destination, found);
    return found;
  }

  /** The next hop of the last packet to `destination`; what was learned since does not show in it. */
  lastNextHop(destination: number): NextHop | null {
    return this.#cache.get(destination) ?? this.lookup(destination);
  }

  /** A router on the path to `destination` reported how large a packet may be there (RFC 1191). */
  learnPathMtu(destination: number, mtuBytes: number, nowMs: number): void {
    const nextHop = this.lastNextHop(destination);
    if (nextHop === null) return;
    const believed = Math.max(mtuBytes, MIN_PATH_MTU_BYTES);
    const known = this.#pathMtu.get(destination)?.mtuBytes ?? nextHop.port.mtuBytes;
    if (believed > known) return;
    this.#pathMtu.set(destination, { mtuBytes: believed, untilMs: nowMs + PATH_MTU_MS });
    nextHop.outdated = true;
  }

  /** Forgets path MTUs whose time is up. */
  tick(nowMs: number): void {
    for (const [destination, { untilMs }] of this.#pathMtu) {
      if (nowMs < untilMs) continue;
      this.#pathMtu.delete(destination);
      this.#cache.delete(destination);
    }
  }

  #find(destination: number): NextHop | null {
    for (const route of this.#entries) {
      if (((destination ^ route.network) & prefixMask(route.prefixLength)) !== 0) continue;
      const port = this.#ports.get(route.port);
      if (port === undefined) continue;
      const nextHopAddress = route.gateway ?? (destination as Ipv4Address);
      const source = route.preferredSource ?? sourceTowards(port, nextHopAddress);
      if (source === undefined) continue;
      return {
        port,
        neighbour: this.#neighbours.get(port, nextHopAddress),
        mtuBytes: Math.min(port.mtuBytes, this.#pathMtu.get(destination)?.mtuBytes ?? port.mtuBytes),
        source,
        outdated: false,
      };
    }
    return null;
  }
}

/** The port's own address in the subnet of `address`, else its primary one. */
export function sourceTowards(port: Port, address: number): Ipv4Address | undefined {
  const onLink = port.addresses.find(
    (own) => own.prefixLength < 32 && ((own.address ^ address) & prefixMask(own.prefixLength)) === 0,
  );
  return (onLink ?? port.addresses[0])?.address;
}

function samePort(a: Port, b: Port): boolean {
  return (
    a.name === b.name &&
    a.mtuBytes === b.mtuBytes &&
    a.linkHeaderBytes === b.linkHeaderBytes &&
    a.mac.every((byte, i) => byte === b.mac[i]) &&
    a.addresses.length === b.addresses.length &&
    a.addresses.every(
      (own, i) =>
        own.address === b.addresses[i]?.address && own.prefixLength === b.addresses[i]?.prefixLength,
    )
  );
}
