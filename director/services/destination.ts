import { Statistics } from '../statistics.ts';
import type { Ipv4Address } from '../wire/addresses.ts';
import { type Ipv6Address, ipv6Words } from '../wire/ipv6-address.ts';
import { IPIP, type Method, type Tunnel } from './forwarding-method.ts';

/** What tells the servers of a service apart. */
export interface ServerKey {
  /** For an IPv6 server what `foldedAddress` makes of its address. */
  readonly address: Ipv4Address;
  /** 0 keeps the port that the client asked for. */
  readonly port: number;
  readonly ipv6?: Ipv6Address | undefined;
}

/** An IPv6 address as the number that schedulers know it by: its four words, exclusive-ored. */
export function foldedAddress(address: Ipv6Address): Ipv4Address {
  return ipv6Words(address).reduce((fold, word) => fold ^ word, 0) as Ipv4Address;
}

export function isSameServer(a: ServerKey, b: ServerKey): boolean {
  return a.address === b.address && a.port === b.port && a.ipv6 === b.ipv6;
}

export interface DestinationOptions {
  readonly method: Method;
  /** 0 quiesces: no new connections, those that exist go on. */
  readonly weight: number;
  /** Connections at which the server counts as overloaded; 0 for no limit. */
  readonly upperThreshold: number;
  /** Connections below which it no longer does; 0 for three quarters of the upper threshold. */
  readonly lowerThreshold: number;
  /** IP in IP unless given; counts where the method is TUN. */
  readonly tunnel?: Tunnel | undefined;
}

/** A server as plain data. */
export interface DestinationImage extends ServerKey, DestinationOptions {
  readonly id: number;
  readonly lastWeight: number;
  readonly overloaded: boolean;
  readonly available: boolean;
  readonly statistics: readonly number[];
}

export class Destination implements ServerKey {
  /** Number by which connections refer to it. */
  readonly id: number;
  readonly address: Ipv4Address;
  /** 0 keeps the port that the client asked for. */
  readonly port: number;
  readonly ipv6: Ipv6Address | undefined;
  method: Method;
  tunnel: Tunnel;
  weight: number;
  /** The last weight that was not 0: mh's table does not change when a server is quiesced. */
  lastWeight: number;
  upperThreshold: number;
  lowerThreshold: number;
  overloaded = false;
  /** False once it has been deleted from its service while something still refers to it. */
  available = true;
  /** Connections bound to it, whatever their state. */
  connections = 0;
  activeConnections = 0;
  /** Persistence templates that lead to it. */
  persistentConnections = 0;
  /** Addresses that lblc or lblcr remember it for. */
  cacheEntries = 0;
  statistics = new Statistics();
  /** Counters of the service that it serves now. */
  serviceStatistics: Statistics;

  constructor(
    id: number,
    address: Ipv4Address,
    port: number,
    options: DestinationOptions,
    serviceStatistics: Statistics,
    ipv6?: Ipv6Address,
  ) {
    this.id = id;
    this.address = address;
    this.port = port;
    this.ipv6 = ipv6;
    this.serviceStatistics = serviceStatistics;
    this.method = options.method;
    this.tunnel = options.tunnel ?? IPIP;
    this.weight = options.weight;
    this.lastWeight = options.weight;
    this.upperThreshold = options.upperThreshold;
    this.lowerThreshold = options.lowerThreshold;
  }

  /** Its fields, for another one to go on from. Connections and other references to it are counted anew there. */
  image(): DestinationImage {
    const { id, address, port, ipv6, method, tunnel, weight, lastWeight } = this;
    const { upperThreshold, lowerThreshold, overloaded, available, statistics } = this;
    return {
      ...{ id, address, port, ipv6, method, tunnel, weight, lastWeight },
      ...{ upperThreshold, lowerThreshold, overloaded, available, statistics: statistics.image() },
    };
  }

  /** A server as it was when its image was made. */
  static from(image: DestinationImage, serviceStatistics: Statistics): Destination {
    const { id, address, port, ipv6, lastWeight, overloaded, available, statistics } = image;
    const server = new Destination(id, address, port, image, serviceStatistics, ipv6);
    Object.assign(server, { lastWeight, overloaded, available });
    server.statistics.restore(statistics);
    return server;
  }

  get inactiveConnections(): number {
    return Math.max(this.connections - this.activeConnections, 0);
  }

  /** May be given new connections. */
  get eligible(): boolean {
    return !this.overloaded && this.weight > 0;
  }

  /** Something would miss it if it were forgotten. */
  get referenced(): boolean {
    return this.connections > 0 || this.persistentConnections > 0 || this.cacheEntries > 0;
  }

  edit(options: DestinationOptions): void {
    this.method = options.method;
    this.tunnel = options.tunnel ?? IPIP;
    this.weight = options.weight;
    if (options.weight !== 0) this.lastWeight = options.weight;
    this.setThresholds(options.upperThreshold, options.lowerThreshold);
  }

  /** Serves again after it had been deleted: with its connections, and for another service with fresh counters. */
  revive(options: DestinationOptions, serviceStatistics: Statistics): void {
    this.available = true;
    if (serviceStatistics !== this.serviceStatistics) this.statistics = new Statistics();
    this.serviceStatistics = serviceStatistics;
    this.edit(options);
    this.lastWeight = options.weight;
  }

  setThresholds(upper: number, lower: number): void {
    if (upper === this.upperThreshold && lower === this.lowerThreshold) return;
    this.upperThreshold = upper;
    this.lowerThreshold = lower;
    this.#judgeLoad(0);
  }

  connectionBound(): void {
    this.connections++;
    if (this.connections === this.upperThreshold) this.#judgeLoad(1);
  }

  connectionUnbound(wasActive: boolean): void {
    const before = this.connections;
    this.connections--;
    if (wasActive) this.activeConnections--;
    if (before === this.#clearBelow) this.#judgeLoad(-1);
  }

  get #clearBelow(): number {
    return this.lowerThreshold || this.upperThreshold - Math.floor(this.upperThreshold / 4);
  }

  /** Sets or clears `overloaded`; `change` is +1 after a connection was added, -1 after one went, 0 after an edit. */
  #judgeLoad(change: -1 | 0 | 1): void {
    const upper = this.upperThreshold;
    const lower = this.#clearBelow;
    if (upper === 0) this.overloaded = false;
    else if (this.connections >= (change > 0 ? lower : upper)) this.overloaded = true;
    else if (this.connections < (change < 0 ? upper : lower)) this.overloaded = false;
  }
}
