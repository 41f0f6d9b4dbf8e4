/**
 * A virtual service: an address and port that clients talk to, or a firewall mark that their packets carry; a
 * scheduler, and the real servers behind it.
 */

import { Statistics } from '../statistics.ts';
import type { Ipv4Address } from '../wire/addresses.ts';
import type { Ipv6Address } from '../wire/ipv6-address.ts';
import type { Destination, DestinationImage } from './destination.ts';
import type { Scheduled, Scheduler } from './scheduler.ts';

export interface ServiceKey {
  /** IP protocol number; 0 for a mark. */
  readonly protocol: number;
  /** 0.0.0.0 for a mark, and where `ipv6` is given. */
  readonly address: Ipv4Address;
  /** 0 for a mark; for an address it stands for every port, and needs persistence. */
  readonly port: number;
  /** Firewall mark as a signed 32-bit integer; absent or 0 if the service has an address. */
  readonly mark?: number;
  /**
   * The address of an IPv6 service, `::` if it has a mark; absent for IPv4. IPv6 services are held, changed and listed,
   * but no packet finds them: this director balances IPv4 only.
   */
  readonly ipv6?: Ipv6Address | undefined;
}

/** Bits of a service's `flags` (numbers as in the kernel). What SCHED1 to SCHED3 mean is up to the scheduler. */
export const SERVICE_FLAG = {
  /** A client stays with its server. */
  persistent: 0x01,
  /** Every UDP datagram is scheduled by itself. */
  onePacket: 0x04,
  sched1: 0x08,
  sched2: 0x10,
  sched3: 0x20,
} as const;

export interface ServiceOptions {
  /** Name in `SCHEDULERS`. */
  readonly scheduler: string;
  /** Bits of `SERVICE_FLAG`. */
  readonly flags: number;
  /** How long a client's template lasts; 0 without persistence. */
  readonly persistenceMs: number;
  /** Clients that are the same under this mask share a server. A signed 32-bit integer; for IPv6 the prefix length. */
  readonly netmask: number;
  /** Name of a persistence engine. It is held and listed; persistence goes by the client's address all the same. */
  readonly engine?: string | undefined;
}

/** A service with its servers, as plain data. */
export interface ServiceImage {
  readonly key: ServiceKey;
  readonly options: ServiceOptions;
  /** What its scheduler remembers. */
  readonly history?: readonly number[] | undefined;
  readonly statistics: readonly number[];
  /** Newest first. */
  readonly destinations: readonly DestinationImage[];
}

export class VirtualService implements ServiceKey, Scheduled {
  readonly protocol: number;
  readonly address: Ipv4Address;
  readonly port: number;
  readonly mark: number;
  readonly ipv6: Ipv6Address | undefined;
  flags!: number;
  persistenceMs!: number;
  netmask!: number;
  engine: string | undefined;
  scheduler!: Scheduler;
  /** In the kernel's order: the one added last comes first. */
  readonly destinations: Destination[] = [];
  readonly statistics = new Statistics();

  constructor(key: ServiceKey, options: ServiceOptions, bind: (service: Scheduled) => Scheduler) {
    this.protocol = key.protocol;
    this.address = key.address;
    this.port = key.port;
    this.mark = key.mark ?? 0;
    this.ipv6 = key.ipv6;
    this.edit(options, bind);
  }

  /** It and its servers, for another one to go on from. */
  image(): ServiceImage {
    const { protocol, address, port, mark, ipv6, flags, persistenceMs, netmask, engine } = this;
    return {
      key: { protocol, address, port, mark, ipv6 },
      options: { scheduler: this.scheduler.name, flags, persistenceMs, netmask, engine },
      history: this.scheduler.image?.(),
      statistics: this.statistics.image(),
      destinations: this.destinations.map((destination) => destination.image()),
    };
  }

  get persistent(): boolean {
    return (this.flags & SERVICE_FLAG.persistent) !== 0;
  }

  /** Takes over new options. Without `bind` the scheduler stays, and so does what it remembers. */
  edit(options: ServiceOptions, bind: ((service: Scheduled) => Scheduler) | undefined): void {
    if (bind !== undefined) {
      this.scheduler?.retired?.();
      this.scheduler = bind(this);
    }
    this.flags = options.flags;
    this.persistenceMs = options.persistenceMs;
    this.netmask = options.netmask;
    this.engine = options.engine;
  }
}
