/** All virtual services, and the servers that were deleted while something still refers to them. */
import { Statistics } from '../statistics.ts';
import { formatIpv4 } from '../wire/addresses.ts';
import { protocolName } from '../wire/ipv4.ts';
import { Destination, type DestinationOptions, isSameServer, type ServerKey } from './destination.ts';
import {
  type ParkedDestination,
  ParkedDestinations,
  type ParkedDestinationsImage,
  type ParkedImage,
  serviceText,
} from './parked-destinations.ts';
import { RuleError } from './rule-error.ts';
import {
  NO_SCHEDULER,
  type Scheduled,
  type Scheduler,
  type SchedulerEnvironment,
  type SchedulerFactory,
} from './scheduler.ts';
import { ServiceIndex } from './service-index.ts';
import {
  type ServiceImage,
  type ServiceKey,
  type ServiceOptions,
  VirtualService,
} from './virtual-service.ts';

/** Names of persistence engines; the empty one stands for none. */
const ENGINES: readonly string[] = ['', 'sip'];

/** All services and deleted servers as plain data. */
export interface ServiceTableImage {
  /** In the order in which they were added. */
  readonly services: readonly ServiceImage[];
  readonly parked: ParkedDestinationsImage;
}

export class ServiceTable {
  readonly #index = new ServiceIndex();
  readonly #parked = new ParkedDestinations();
  readonly #byId: (Destination | undefined)[] = [];
  /** Numbers of forgotten servers, to be given out again. */
  readonly #freeIds: number[] = [];
  readonly #environment: SchedulerEnvironment;
  readonly #schedulers: Readonly<Record<string, SchedulerFactory>>;
  #touched = new Map<string, ServiceKey>();
  #lostServers = false;

  /** @param schedulers The algorithms that services may have, by name, beside `none`. */
  constructor(environment: SchedulerEnvironment, schedulers: Readonly<Record<string, SchedulerFactory>>) {
    this.#environment = environment;
    this.#schedulers = schedulers;
  }

  /** How many services packets may find: the IPv4 ones. */
  get size(): number {
    return this.#index.size;
  }

  /** Another number once a service has come or gone. */
  get version(): number {
    return this.#index.version;
  }

  /** The services that packets may find, in the order in which they were added. */
  all(): IterableIterator<VirtualService> {
    return this.#index.all();
  }

  /** The same with those that are only held: IPv6. */
  everything(): IterableIterator<VirtualService> {
    return this.#index.everything();
  }

  /** Deleted servers of the service with this key, whether or not it is still there. */
  parkedOf(key: ServiceKey): readonly Destination[] {
    return this.#parked.of(key).map(({ destination }) => destination);
  }

  /** Deleted servers of services that packets may find, or might have. */
  parked(): readonly ParkedDestination[] {
    return Array.from(this.#parked.all()).filter(({ service }) => service.ipv6 === undefined);
  }

  /** The keys of those services, and of the ones that packets may find, with a text for each. Both may change meanwhile. */
  *keys(): Generator<[string, ServiceKey], void> {
    for (const [text, key] of this.#parked.services()) if (key.ipv6 === undefined) yield [text, key];
    for (const service of this.all()) yield [serviceText(service), service];
  }

  /** As `keys`, of those alone that have changed, or servers of theirs, since this was asked last. */
  takeTouched(): ReadonlyMap<string, ServiceKey> {
    const touched = this.#touched;
    this.#touched = new Map();
    return touched;
  }

  /** The service with exactly this key. */
  get(key: ServiceKey): VirtualService | undefined {
    return this.#index.get(key);
  }

  /** The same. @throws RuleError if there is none. */
  require(key: ServiceKey): VirtualService {
    const service = this.#index.get(key);
    if (service === undefined) throw new RuleError(`there is no service ${describe(key)}`, 'ESRCH');
    return service;
  }

  /** True if the service has such a server, or had one that would come back if it were added again. */
  remembers(service: VirtualService, server: ServerKey): boolean {
    return find(service, server) !== undefined || this.#parked.has(service, server);
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
    if (this.#index.get(key) !== undefined) throw new RuleError(`${describe(key)} already exists`, 'EEXIST');
    const bind = this.#binder(options.scheduler);
    checkOptions(key, options);
    const service = new VirtualService(key, options, bind);
    this.#index.add(service);
    this.#touch(service);
    return service;
  }

  /** Replaces all options. With the same scheduler its state stays. */
  editService(key: ServiceKey, options: ServiceOptions): void {
    const service = this.require(key);
    const bind = this.#binder(options.scheduler);
    checkOptions(key, options);
    service.edit(options, service.scheduler.name === options.scheduler ? undefined : bind);
  }

  deleteService(key: ServiceKey): void {
    const service = this.require(key);
    for (const destination of service.destinations) this.#park(service, destination);
    service.scheduler.retired?.();
    this.#index.delete(service);
    this.#touch(service);
  }

  addDestination(key: ServiceKey, server: ServerKey, options: DestinationOptions): void {
    const service = this.require(key);
    if (find(service, server) !== undefined) {
      throw new RuleError(`${describe(key)} already has the server ${describeServer(server)}`, 'EEXIST');
    }
    let destination = this.#parked.take(service, server);
    if (destination === undefined) destination = this.#create(service, server, options);
    else destination.revive(options, service.statistics);
    service.destinations.unshift(destination);
    this.#touch(service);
    service.scheduler.added?.();
  }

  editDestination(key: ServiceKey, server: ServerKey, options: DestinationOptions): void {
    const service = this.require(key);
    this.#requireServer(service, server).edit(options);
    this.#touch(service);
    service.scheduler.edited?.();
  }

  deleteDestination(key: ServiceKey, server: ServerKey): void {
    const service = this.require(key);
    const destination = this.#requireServer(service, server);
    const index = service.destinations.indexOf(destination);
    service.destinations.splice(index, 1);
    this.#park(service, destination);
    this.#touch(service);
    service.scheduler.removed?.(index);
  }

  /** Forgets deleted servers that nothing has referred to for a while, looking at some of them. True if there was one. */
  purgeParked(nowMs: number): boolean {
    const forgotten = this.#parked.purge(nowMs);
    for (const { service, destination } of forgotten) {
      this.#byId[destination.id] = undefined;
      this.#freeIds.push(destination.id);
      this.#touch(service);
    }
    return forgotten.length > 0;
  }

  /** True once after servers have been deleted while `expire_nodest_conn` was set. */
  takeLostServers(): boolean {
    const lost = this.#lostServers;
    this.#lostServers = false;
    return lost;
  }

  #touch(key: ServiceKey): void {
    this.#touched.set(serviceText(key), key);
  }

  /** All of it, for another one to go on from. */
  image(): ServiceTableImage {
    return {
      services: Array.from(this.everything(), (service) => service.image()),
      parked: { nextCheckMs: this.nextCheckMs, servers: [...this.parkedImages()] },
    };
  }

  /** The deleted servers of that alone. Rules may change while they are asked for one by one. */
  parkedImages(): Generator<ParkedImage> {
    return this.#parked.images(
      ({ service, destination }) => this.get(service)?.statistics === destination.serviceStatistics,
    );
  }

  /** When it is looked next which of them can be forgotten. */
  get nextCheckMs(): number | undefined {
    return this.#parked.nextCheckMs;
  }

  /** Goes on from what `image` gave; this one must be empty. @throws RuleError if it cannot. */
  restore({ services, parked }: ServiceTableImage): void {
    for (const image of services) {
      const service = this.addService(image.key, image.options);
      service.statistics.restore(image.statistics);
      for (const server of image.destinations)
        service.destinations.push(this.#remember(Destination.from(server, service.statistics)));
    }
    // One that was deleted while the image was made may be in it twice: it serves still.
    const deleted = parked.servers.filter(({ destination }) => this.#byId[destination.id] === undefined);
    this.#parked.restore({ ...parked, servers: deleted }, ({ service, destination, ofSameService }) => {
      const statistics = ofSameService ? this.get(service)?.statistics : undefined;
      return this.#remember(Destination.from(destination, statistics ?? new Statistics()));
    });
    for (let id = this.#byId.length - 1; id >= 0; id--)
      if (this.#byId[id] === undefined) this.#freeIds.push(id);
    // Schedulers last: what they remember may be servers that have been deleted.
    for (const { key, options, history } of services) {
      const service = this.require(key);
      service.edit(options, this.#binder(options.scheduler));
      if (history !== undefined) service.scheduler.restore?.(history, (id) => this.#byId[id]);
    }
  }

  #remember(destination: Destination): Destination {
    this.#byId[destination.id] = destination;
    return destination;
  }

  #create(service: VirtualService, server: ServerKey, options: DestinationOptions): Destination {
    const id = this.#freeIds.pop() ?? this.#byId.length;
    const { address, port, ipv6 } = server;
    return this.#remember(new Destination(id, address, port, options, service.statistics, ipv6));
  }

  #park(service: VirtualService, destination: Destination): void {
    destination.available = false;
    this.#parked.add(service, destination);
    if (this.#environment.settings.expire_nodest_conn !== 0) this.#lostServers = true;
  }

  #binder(name: string): (service: Scheduled) => Scheduler {
    if (name === NO_SCHEDULER.name) return () => NO_SCHEDULER;
    const factory = Object.hasOwn(this.#schedulers, name) ? this.#schedulers[name] : undefined;
    if (factory === undefined) {
      const known = Object.keys(this.#schedulers).join(', ');
      throw new RuleError(`there is no scheduler "${name}"; expected one of ${known}`, 'ENOENT');
    }
    return (service) => factory(service, this.#environment);
  }

  #requireServer(service: VirtualService, server: ServerKey): Destination {
    const destination = find(service, server);
    if (destination === undefined) {
      throw new RuleError(`${describe(service)} has no server ${describeServer(server)}`, 'ENOENT');
    }
    return destination;
  }
}

function find(service: VirtualService, server: ServerKey): Destination | undefined {
  return service.destinations.find((known) => isSameServer(known, server));
}

/** @throws RuleError if a service with this key cannot have such options. */
function checkOptions(key: ServiceKey, { engine = '', netmask }: ServiceOptions): void {
  if (!ENGINES.includes(engine)) {
    throw new RuleError(`there is no persistence engine "${engine}"`, 'ENOENT');
  }
  if (key.ipv6 !== undefined && (netmask < 1 || netmask > 128)) {
    throw new RuleError(`invalid prefix length ${netmask}: expected 1 to 128`);
  }
}

function describe(key: ServiceKey): string {
  if (key.mark) return `FWM ${key.mark >>> 0}${key.ipv6 === undefined ? '' : ' IPv6'}`;
  return `${protocolName(key.protocol).toUpperCase()} ${describeServer(key)}`;
}

function describeServer({ address, port, ipv6 }: ServerKey): string {
  return `${ipv6 === undefined ? formatIpv4(address) : `[${ipv6}]`}:${port}`;
}
