/** Everything that a director remembers, and the two things it is given: where frames go out, and randomness. */
import { Claims } from './claims.ts';
import type { Defences } from './connections/defences.ts';
import { ConnectionTable } from './connections/table.ts';
import { ConnectionTracker } from './connections/tracker.ts';
import type { NeighbourTable } from './network/neighbours.ts';
import type { RouteSource } from './network/route-source.ts';
import type { Routes } from './network/routes.ts';
import { type FrameSink, PacketSender } from './network/sender.ts';
import { packetWithRoom } from './packet.ts';
import { SCHEDULERS } from './schedulers/index.ts';
import { Marks } from './services/marks.ts';
import type { SchedulerFactory } from './services/scheduler.ts';
import { ServiceTable } from './services/service-table.ts';
import { defaultSettings, type SettingChange } from './settings.ts';
import type { Shortcut } from './shortcut.ts';
import { Statistics } from './statistics.ts';
import { type FrameVerdict, VERDICT } from './verdict.ts';
import type { Ipv4Address, MacAddress } from './wire/addresses.ts';

export interface DirectorOptions {
  readonly sink: FrameSink;
  /** An integer from 0 to 2^32 - 1. */
  readonly random: () => number;
  /** net.ipv4.icmp_ratelimit: least time between ICMP errors to one address, 1000 ms unless given; 0 for no limit. */
  readonly icmpRateLimitMs?: number | undefined;
  /** Connections that the table has room for, a power of two from 4096; 8,388,608 unless given. */
  readonly maxConnections?: number | undefined;
  /** Who is asked for routes; there are none unless given. */
  readonly routeSource?: RouteSource | undefined;
  /** The MAC address of a neighbour that somebody else vouches for, so that it need not be asked for; none unless given. */
  readonly knownNeighbour?: ((port: number, address: Ipv4Address) => MacAddress | undefined) | undefined;
  /** Scheduling algorithms by name, all that there are unless given. `none` is always one. */
  readonly schedulers?: Readonly<Record<string, SchedulerFactory>> | undefined;
  /** A table to use instead of a new one: it is empty, or its memory holds what `restoreState` makes its own. */
  readonly table?: ConnectionTable | undefined;
  /** Free memory of the machine, in pages of 4 KiB, for defences that follow it; never short unless given. */
  readonly freePages?: (() => number) | undefined;
  /** Milliseconds since the epoch, for packets that ask routers for the time; the epoch unless given. */
  readonly wallClockMs?: (() => number) | undefined;
}

export class DirectorState {
  readonly settings = defaultSettings();
  readonly services: ServiceTable;
  /** Firewall marks that this director puts on packets. */
  readonly marks = new Marks();
  /** Addresses of this machine from which clients on it have asked. */
  readonly localClients = new Set<number>();
  readonly connections: ConnectionTracker;
  readonly routes: Routes;
  readonly neighbours: NeighbourTable;
  readonly totals = new Statistics();
  /** Frames that ended here, by reason. */
  readonly drops = new Map<string, number>();
  readonly sender: PacketSender;
  /** Where packets of established connections need not come this way. */
  #shortcut: Shortcut | undefined;
  readonly random: () => number;
  readonly wallClockMs: () => number;
  readonly claims = new Claims();
  /** For packets that the core makes while it works on another. */
  readonly scratch = packetWithRoom();
  /** Identification of the next packet of the director's own. */
  #nextIpId: number;

  constructor(options: DirectorOptions, neighbours: NeighbourTable, routes: Routes) {
    this.sender = new PacketSender(options.sink, neighbours);
    this.random = options.random;
    this.wallClockMs = options.wallClockMs ?? (() => 0);
    this.neighbours = neighbours;
    this.routes = routes;
    this.services = new ServiceTable(
      { settings: this.settings, random: options.random },
      options.schedulers ?? SCHEDULERS,
    );
    const key = options.random();
    const table = options.table ?? new ConnectionTable(key, options.maxConnections);
    this.connections = new ConnectionTracker(this.services, this.settings, table, options.freePages);
    this.#nextIpId = options.random() & 0xffff;
  }

  /** What a director under attack does. */
  get defences(): Defences {
    return this.connections.defences;
  }

  /** Changes a setting. */
  set({ name, value }: SettingChange): void {
    this.settings[name] = value;
    this.defences.review();
  }

  get shortcut(): Shortcut | undefined {
    return this.#shortcut;
  }

  set shortcut(shortcut: Shortcut) {
    this.#shortcut = shortcut;
    this.connections.shortcut = shortcut;
  }

  /** RFC 6864: an identification need only differ among packets that may be fragmented. Odd ones are the fast path's. */
  nextIpId(): number {
    this.#nextIpId = (this.#nextIpId + 2) & 0xfffe;
    return this.#nextIpId;
  }

  countDrop(reason: string): void {
    this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
  }

  /** The verdict on a frame that ends here, and why. */
  drop(reason: string): FrameVerdict {
    this.countDrop(reason);
    return VERDICT.drop;
  }
}
