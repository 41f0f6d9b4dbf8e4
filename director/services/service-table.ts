/** All virtual services, and the servers that were deleted while something still refers to them. */
import { SCHEDULERS } from '../schedulers/index.ts';
import type { Scheduled, Scheduler, SchedulerEnvironment } from '../schedulers/scheduler.ts';
import { formatIpv4, type Ipv4Address } from '../wire/addresses.ts';
import { protocolName } from '../wire/ipv4.ts';
import { Destination, type DestinationOptions } from './destination.ts';
import { type ParkedDestination, ParkedDestinations } from './parked-destinations.ts';
import { RuleError } from './rule-error.ts';
import { ServiceIndex } from './service-index.ts';
import { type ServiceKey, type ServiceOptions, VirtualService } from './virtual-service.ts';

export interface ServerKey {
  readonly address: Ipv4Address;
  readonly port: number;
}

export class ServiceTable {
  readonly #index = new ServiceIndex();
  readonly #parked = new ParkedDestinations();
  readonly #byId: (Destination | undefined)[] = [];
  /** Numbers of forgotten servers, to be given out again. */
  readonly #freeIds: number[] = [];
  readonly #environment: SchedulerEnvironment;
  #lostServers = false;

  constructor(environment: SchedulerEnvironment) {
    this.#environment = environment;
  }

  get size(): number {
    return this.#index.size;
  }

  /** All services in the order in which they were added. */
  all(): IterableIterator<VirtualService> {
    return this.#index.all();
  }

  parked(): IterableIterator<ParkedDestination> {
    return this.#parked.all();
  }

  /** The service that a packet is for. @param mark The packet's firewall mark, 0 for none. */
  find(protocol: number, address: number, port: number, mark: number): VirtualService | undefined {
    return this.#index.find(protocol, address, port, mark);
  }

  /** The server that a connection refers to by number, whether or not it still serves. */
  destination(id: number): Destination | undefined {
    return this.#byId[id];
  }

  addService(key: ServiceKey, options: ServiceOptions): VirtualService {
    if (this.#index.get(key) !== undefined) throw new RuleError(`${describe(key)} exists already`);
    const service = new VirtualService(key, options, this.#binder(options.scheduler));
    this.#index.add(service);
    return service;
  }

  /** Replaces all options. With the same scheduler its state stays. */
  editService(key: ServiceKey, options: ServiceOptions): void {
    const service = this.#require(key);
    const bind = this.#binder(options.scheduler);
    service.edit(options, service.scheduler.name === options.scheduler ? undefined : bind);
  }

  deleteService(key: ServiceKey): void {
    const service = this.#require(key);
    for (const destination of service.destinations) this.#park(service, destination);
    service.scheduler.retired?.();
    this.#index.delete(service);
  }

  clear(): void {
    for (const service of [...this.all()]) this.deleteService(service);
  }

  addDestination(key: ServiceKey, server: ServerKey, options: DestinationOptions): void {
    const service = this.#require(key);
    if (find(service, server) !== undefined) {
      throw new RuleError(`${describe(key)} has the server ${describeServer(server)} already`);
    }
    let destination = this.#parked.take(service, server);
    if (destination === undefined) destination = this.#create(service, server, options);
    else destination.revive(options, service.statistics);
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
    this.#park(service, destination);
    service.scheduler.removed?.(index);
  }

  /** Forgets deleted servers that nothing has referred to for a while. True if there was one. */
  purgeParked(nowMs: number): boolean {
    const forgotten = this.#parked.purge(nowMs);
    for (const { id } of forgotten) {
      this.#byId[id] = undefined;
      this.#freeIds.push(id);
    }
    return forgotten.length > 0;
  }

  /** True once after servers have been deleted while `expire_nodest_conn` was set. */
  takeLostServers(): boolean {
    const lost = this.#lostServers;
    this.#lostServers = false;
    return lost;
  }

  #create(service: VirtualService, server: ServerKey, options: DestinationOptions): Destination {
    const { address, port } = server;
    const id = this.#freeIds.pop() ?? this.#byId.length;
    const destination = new Destination(id, address, port, options, service.statistics);
    this.#byId[id] = destination;
    return destination;
  }

  #park(service: VirtualService, destination: Destination): void {
    destination.available = false;
    this.#parked.add(service, destination);
    if (this.#environment.settings.expire_nodest_conn !== 0) this.#lostServers = true;
  }

  #binder(name: string): (service: Scheduled) => Scheduler {
    const factory = SCHEDULERS[name];
    if (factory === undefined) {
      throw new RuleError(`there is no scheduler "${name}"; there are ${Object.keys(SCHEDULERS).join(', ')}`);
    }
    return (service) => factory(service, this.#environment);
  }

  #require(key: ServiceKey): VirtualService {
    const service = this.#index.get(key);
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

function describe(key: ServiceKey): string {
  if (key.mark) return `FWM ${key.mark >>> 0}`;
  return `${protocolName(key.protocol).toUpperCase()} ${formatIpv4(key.address)}:${key.port}`;
}

function describeServer(server: ServerKey): string {
  return `${formatIpv4(server.address)}:${server.port}`;
}
