/** A virtual service: an address and port that clients talk to, a scheduler, and the real servers behind it. */
import type { Scheduler } from '../schedulers/scheduler.ts';
import { Statistics } from '../statistics.ts';
import type { Ipv4Address } from '../wire/addresses.ts';
import type { Destination } from './destination.ts';

export class VirtualService {
  /** IP protocol number. */
  readonly protocol: number;
  readonly address: Ipv4Address;
  readonly port: number;
  scheduler: Scheduler;
  /** In the kernel's order: the one added last comes first. */
  readonly destinations: Destination[];
  readonly statistics = new Statistics();

  constructor(
    protocol: number,
    address: Ipv4Address,
    port: number,
    destinations: Destination[],
    scheduler: Scheduler,
  ) {
    this.protocol = protocol;
    this.address = address;
    this.port = port;
    this.destinations = destinations;
    this.scheduler = scheduler;
  }
}
