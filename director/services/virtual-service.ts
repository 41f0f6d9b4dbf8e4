/**
 * A virtual service: an address and port that clients talk to, or a firewall mark that their packets carry; a
 * scheduler, and the real servers behind it.
 */
import type { Scheduled, Scheduler } from '../schedulers/scheduler.ts';
import { Statistics } from '../statistics.ts';
import type { Ipv4Address } from '../wire/addresses.ts';
import type { Destination } from './destination.ts';
import { SERVICE_FLAG } from './service-flags.ts';

export interface ServiceKey {
  /** IP protocol number; 0 for a mark. */
  readonly protocol: number;
  /** 0.0.0.0 for a mark. */
  readonly address: Ipv4Address;
  /** 0 for a mark; for an address it stands for every port, and needs persistence. */
  readonly port: number;
  /** Firewall mark as a signed 32-bit integer; absent or 0 if the service has an address. */
  readonly mark?: number;
}

export interface ServiceOptions {
  /** Name in `SCHEDULERS`. */
  readonly scheduler: string;
  /** Bits of `SERVICE_FLAG`. */
  readonly flags: number;
  /** How long a client's template lasts; 0 without persistence. */
  readonly persistenceMs: number;
  /** Clients that are the same under this mask share a server. A signed 32-bit integer. */
  readonly netmask: number;
}

export class VirtualService implements ServiceKey, Scheduled {
  readonly protocol: number;
  readonly address: Ipv4Address;
  readonly port: number;
  readonly mark: number;
  flags: number;
  persistenceMs: number;
  netmask: number;
  scheduler: Scheduler;
  /** In the kernel's order: the one added last comes first. */
  readonly destinations: Destination[] = [];
  readonly statistics = new Statistics();

  constructor(key: ServiceKey, options: ServiceOptions, bind: (service: Scheduled) => Scheduler) {
    this.protocol = key.protocol;
    this.address = key.address;
    this.port = key.port;
    this.mark = key.mark ?? 0;
    this.flags = options.flags;
    this.persistenceMs = options.persistenceMs;
    this.netmask = options.netmask;
    this.scheduler = bind(this);
  }

  get persistent(): boolean {
    return (this.flags & SERVICE_FLAG.persistent) !== 0;
  }

  /** Takes over new options. Without `bind` the scheduler stays, and so does what it remembers. */
  edit(options: ServiceOptions, bind: ((service: Scheduled) => Scheduler) | undefined): void {
    if (bind !== undefined) {
      this.scheduler.retired?.();
      this.scheduler = bind(this);
    }
    this.flags = options.flags;
    this.persistenceMs = options.persistenceMs;
    this.netmask = options.netmask;
  }
}
