/** All virtual services, and the servers that were deleted while connections still refer to them. */
import { SCHEDULERS, UNSUPPORTED_SCHEDULERS } from '../schedulers/index.ts';
import type { SchedulerFactory } from '../schedulers/scheduler.ts';
import { formatIpv4, type Ipv4Address } from '../wire/addresses.ts';
import { protocolName } from '../wire/ipv4.ts';
import { Destination, type DestinationOptions } from './destination.ts';
import { RuleError } from './rule-error.ts';
import { VirtualService } from './virtual-service.ts';

export interface ServiceKey {
  readonly protocol: number;
  readonly address: Ipv4Address;
  readonly port: number;
}

export interface ServerKey {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** A deleted server with the key of the service that it served. */
export interface ParkedDestination {
  readonly service: ServiceKey;
  readonly destination: Destination;
}

export class ServiceTable {
  readonly #services = new Map<string, VirtualService>();
  readonly #parked = new Map<string, ParkedDestination>();
  readonly #byId: (Destination | undefined)[] = [];

  get size(): number {
    return this.#services.size;
  }

  /** All services in the order in which they were added. */
  all(): IterableIterator<VirtualService> {
    return this.#services.values();
  }

  parked(): IterableIterator<ParkedDestination> {
    return this.#parked.values();
  }

  find(protocol: number, address: number, port: number): VirtualService | undefined {
    return this.#services.get(keyText({ protocol, address: address as Ipv4Address, port }));
  }

  /** The server that a connection refers to by number, whether or not it still serves. */
  destination(id: number): Destination | undefined {
    return this.#byId[id];
  }

  addService(key: ServiceKey, schedulerName: string): VirtualService {
    if (this.#services.has(keyText(key))) throw new RuleError(`${describe(key)} exists already`);
    const makeScheduler = schedulerNamed(schedulerName);
    const destinations: Destination[] = [];
    const service = new VirtualService(
      key.protocol,
      key.address,
      key.port,
      destinations,
      makeScheduler(destinations),
    );
    this.#services.set(keyText(key), service);
    return service;
  }

  /** Gives a service another scheduler; with the same one, the scheduler's state stays. */
  editService(key: ServiceKey, schedulerName: string): void {
    const service = this.#require(key);
    const makeScheduler = schedulerNamed(schedulerName);
    if (service.scheduler.name !== schedulerName) service.scheduler = makeScheduler(service.destinations);
  }

  deleteService(key: ServiceKey): void {
    const service = this.#require(key);
    for (const destination of service.destinations) this.#park(key, destination);
    this.#services.delete(keyText(key));
  }

  clear(): void {
    for (const service of [...this.#services.values()]) this.deleteService(service);
  }

  addDestination(key: ServiceKey, server: ServerKey, options: DestinationOptions): void {
    const service = this.#require(key);
    if (find(service, server) !== undefined) {
      throw new RuleError(`${describe(key)} has the server ${describeServer(server)} already`);
    }
    const destination = this.#revive(service, server, options) ?? this.#create(service, server, options);
    service.destinations.unshift(destination);
    service.scheduler.added?.();
  }

  editDestination(key: ServiceKey, server: ServerKey, options: DestinationOptions): void {
    const service = this.#require(key);
    this.#requireServer(service, server).edit(options);
    service.scheduler.edited?.();
  }

  deleteDestination(key: ServiceKey, server: ServerKey): void {
    const service = this.#require(key);
    const destination = this.#requireServer(service, server);
    const index = service.destinations.indexOf(destination);
    service.destinations.splice(index, 1);
    this.#park(key, destination);
    service.scheduler.removed?.(destination, index);
  }

  /** Forgets deleted servers that no connection refers to any more. True if there was one. */
  purgeParked(): boolean {
    const before = this.#parked.size;
    for (const [text, { destination }] of this.#parked) {
      if (destination.connections > 0) continue;
      this.#parked.delete(text);
      this.#byId[destination.id] = undefined;
    }
    return this.#parked.size < before;
  }

  #create(service: VirtualService, server: ServerKey, options: DestinationOptions): Destination {
    const { address, port } = server;
    const destination = new Destination(this.#byId.length, address, port, options, service.statistics);
    this.#byId.push(destination);
    return destination;
  }

  #park(key: ServiceKey, destination: Destination): void {
    destination.available = false;
    this.#parked.set(parkedText(key, destination), { service: key, destination });
  }

  #revive(service: VirtualService, server: ServerKey, options: DestinationOptions): Destination | undefined {
    const text = parkedText(service, server);
    const parked = this.#parked.get(text);
    if (parked === undefined) return undefined;
    this.#parked.delete(text);
    parked.destination.available = true;
    parked.destination.serviceStatistics = service.statistics;
    parked.destination.edit(options);
    return parked.destination;
  }

  #require(key: ServiceKey): VirtualService {
    const service = this.#services.get(keyText(key));
    if (service === undefined) throw new RuleError(`there is no service ${describe(key)}`);
    return service;
  }

  #requireServer(service: VirtualService, server: ServerKey): Destination {
    const destination = find(service, server);
    if (destination === undefined) {
      throw new RuleError(`${describe(service)} has no server ${describeServer(server)}`);
    }
    return destination;
  }
}

function find(service: VirtualService, server: ServerKey): Destination | undefined {
  return service.destinations.find((known) => known.address === server.address && known.port === server.port);
}

function schedulerNamed(name: string): SchedulerFactory {
  const factory = SCHEDULERS[name];
  if (factory !== undefined) return factory;
  const known = Object.keys(SCHEDULERS).join(', ');
  throw new RuleError(
    UNSUPPORTED_SCHEDULERS.includes(name)
      ? `the scheduler ${name} is not supported yet; there are ${known}`
      : `there is no scheduler "${name}"; there are ${known}`,
  );
}

function keyText(key: ServiceKey): string {
  return `${key.protocol} ${key.address} ${key.port}`;
}

function parkedText(key: ServiceKey, server: ServerKey): string {
  return `${keyText(key)} ${server.address} ${server.port}`;
}

function describe(key: ServiceKey): string {
  return `${protocolName(key.protocol).toUpperCase()} ${formatIpv4(key.address)}:${key.port}`;
}

function describeServer(server: ServerKey): string {
  return `${formatIpv4(server.address)}:${server.port}`;
}
