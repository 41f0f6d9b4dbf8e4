import { TCP_STATE } from '../../../connections/tcp-states.ts';
import type { ServerKey } from '../../../services/destination.ts';
import { METHOD, type Method, TUNNEL_TYPE } from '../../../services/forwarding-method.ts';
import { type RuleErrno, RuleError } from '../../../services/rule-error.ts';
import type { VirtualService } from '../../../services/virtual-service.ts';
import type { DirectorState } from '../../../state.ts';
import { atOnce, type Steps } from '../../turns.ts';
import type { Answer, ListedService } from './answers.ts';
import { IPVS_VERSION, type IpvsBackend, TABLE_SIZE } from './backend.ts';
import { isSameFamily, mayServeIpv4, mayServeIpv6, serverKey, serviceKey } from './keys.ts';
import { listedConnection, listedService } from './listing.ts';
import {
  changesRules,
  type DaemonSettings,
  type Operation,
  type ServerName,
  type ServerSettings,
  type ServiceName,
  type ServiceSettings,
} from './operations.ts';
import { inKernelOrder } from './service-order.ts';
import { SyncDaemons } from './sync-daemons.ts';

/** Services and servers are listed, or deleted, so many at a time, or one service with all of its servers. */
const ENTRIES_AT_ONCE = 250;
const DONE: Answer = {};

/** Done in one step. */
type SmallOperation = Exclude<Operation, { do: 'flush' }>;

export interface LocalBackendOptions {
  readonly state: DirectorState;
  /** The clock that the core is given. */
  readonly now: () => number;
  /** Runs what changes rules, and has the core follow (`Core.rulesChanged`) even if it throws. */
  readonly change: (apply: () => void) => void;
  readonly daemons?: SyncDaemons;
  /** Stands for the kernel's own key in the order of services, see `inKernelOrder`. */
  readonly orderKey?: number;
}

export class LocalBackend implements IpvsBackend {
  readonly #options: LocalBackendOptions;
  readonly #state: DirectorState;
  readonly #daemons: SyncDaemons;
  #order: { readonly version: number; readonly ordered: readonly VirtualService[] } | undefined;

  constructor(options: LocalBackendOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#daemons = options.daemons ?? new SyncDaemons();
  }

  callAll(operations: readonly Operation[]): Promise<readonly Answer[]> {
    return Promise.resolve(this.perform(operations));
  }

  /** The same at once. */
  perform(operations: readonly Operation[]): readonly Answer[] {
    return atOnce(this.steps(operations));
  }

  /** The same in steps. No rules are to be changed by others in between, as the kernel lets nobody do either. */
  *steps(operations: readonly Operation[]): Steps<readonly Answer[]> {
    const answers: Answer[] = [];
    let together: SmallOperation[] = [];
    for (const operation of operations) {
      if (operation.do !== 'flush') {
        together.push(operation);
        continue;
      }
      answers.push(...this.#performTogether(together), yield* this.#flush());
      together = [];
    }
    answers.push(...this.#performTogether(together));
    return answers;
  }

  #performTogether(operations: readonly SmallOperation[]): readonly Answer[] {
    let answers: readonly Answer[] = [];
    const all = () => {
      answers = operations.map((operation) => this.#answer(operation));
    };
    if (operations.some(changesRules)) this.#options.change(all);
    else all();
    return answers;
  }

  *#flush(): Steps<Answer> {
    const { services } = this.#state;
    const left = services.everything();
    let next = left.next();
    while (!next.done) {
      this.#options.change(() => {
        for (let entries = 0; !next.done && entries < ENTRIES_AT_ONCE; next = left.next()) {
          entries += 1 + next.value.destinations.length;
          services.deleteService(next.value);
        }
      });
      yield;
    }
    return DONE;
  }

  #answer(operation: SmallOperation): Answer {
    try {
      return this.#do(operation);
    } catch (error) {
      if (error instanceof RuleError) return { errno: error.errno };
      throw error;
    }
  }

  #do(operation: SmallOperation): Answer {
    const { services, connections } = this.#state;
    switch (operation.do) {
      case 'add-service':
        services.addService(serviceKey(operation.service), serviceOptions(operation.settings));
        return DONE;
      case 'edit-service':
        services.editService(serviceKey(operation.service), serviceOptions(operation.settings));
        return DONE;
      case 'delete-service':
        services.deleteService(serviceKey(operation.service));
        return DONE;
      case 'add-server':
        return this.#addServer(operation.service, operation.server, operation.settings);
      case 'edit-server': {
        const service = services.require(serviceKey(operation.service));
        this.#checkServer(service, serverKey(operation.server), operation.settings);
        services.editDestination(service, serverKey(operation.server), serverOptions(operation.settings));
        return DONE;
      }
      case 'delete-server':
        services.deleteDestination(serviceKey(operation.service), serverKey(operation.server));
        return DONE;
      case 'zero':
        this.#zero(operation.service);
        return DONE;
      case 'set-timeouts':
        connections.timeouts.set(operation.tcp * 1000, operation.tcpFin * 1000, operation.udp * 1000);
        return DONE;
      case 'start-daemon':
        return this.#startDaemon(operation.settings);
      case 'stop-daemon':
        return this.#daemons.stop(operation.role) ?? DONE;
      case 'get-info':
        return { version: IPVS_VERSION, tableSize: TABLE_SIZE };
      case 'get-timeouts': {
        const { tcpMs, udpMs } = connections.timeouts;
        const seconds = (ms: number | undefined) => Math.floor((ms ?? 0) / 1000);
        const tcp = seconds(tcpMs[TCP_STATE.established]);
        return { tcp, tcpFin: seconds(tcpMs[TCP_STATE.finWait]), udp: seconds(udpMs) };
      }
      case 'get-service':
        return { service: listedService(services.require(serviceKey(operation.service))) };
      case 'list-services':
        return this.#servicesFrom(operation.from);
      case 'list-connections':
        return this.#connectionsFrom(operation.from);
      case 'list-daemons':
        return { daemons: this.#daemons.list() };
    }
  }

  #addServer(name: ServiceName, server: ServerName, settings: ServerSettings): Answer {
    const { services, routes } = this.#state;
    const service = services.require(serviceKey(name));
    const key = serverKey(server);
    this.#checkServer(service, key, settings);
    const mayServe = key.ipv6 === undefined ? mayServeIpv4(key.address, routes) : mayServeIpv6(key.ipv6);
    if (!mayServe && !services.remembers(service, key)) throw refused('EINVAL');
    services.addDestination(service, key, serverOptions(settings));
    return DONE;
  }

  #checkServer(service: VirtualService, server: ServerKey, settings: ServerSettings): void {
    const { method, weight, upperThreshold, lowerThreshold, tunnel } = settings;
    if (!isSameFamily(service, server) && (method !== METHOD.tunnel || this.#daemons.running)) {
      throw refused('EINVAL');
    }
    if (weight < 0 || lowerThreshold > upperThreshold) throw refused('ERANGE');
    if (upperThreshold > 2 ** 31 - 1) throw refused('EINVAL');
    if (tunnel.type === TUNNEL_TYPE.gue && tunnel.port === 0) throw refused('EINVAL');
  }

  #zero(name: ServiceName | undefined): void {
    const { services } = this.#state;
    const zeroed = name === undefined ? services.everything() : [services.require(serviceKey(name))];
    for (const { statistics, destinations } of zeroed) {
      statistics.zero();
      for (const destination of destinations) destination.statistics.zero();
    }
  }

  #servicesFrom(from: number): Answer {
    const ordered = this.#inKernelOrder();
    const services: ListedService[] = [];
    let next = from;
    for (let servers = 0; next < ordered.length && servers < ENTRIES_AT_ONCE; next++) {
      const service = ordered[next] as VirtualService;
      services.push(listedService(service));
      servers += 1 + service.destinations.length;
    }
    return { services, ...(next < ordered.length && { next }) };
  }

  /** Found again for each page only where services have come or gone since. */
  #inKernelOrder(): readonly VirtualService[] {
    const { services } = this.#state;
    if (this.#order?.version !== services.version) {
      const ordered = inKernelOrder(services.everything(), this.#options.orderKey);
      this.#order = { version: services.version, ordered };
    }
    return this.#order.ordered;
  }

  #connectionsFrom(from: number): Answer {
    const { table } = this.#state.connections;
    const nowMs = this.#options.now();
    const { rows, next } = table.page(from);
    for (const row of rows) this.#state.connections.catchUp(row);
    const connections = rows.map((row) => listedConnection(this.#state, row, nowMs));
    return { connections, ...(next !== undefined && { next }) };
  }

  #startDaemon(settings: DaemonSettings): Answer {
    // What daemons send cannot tell of a server whose family is not its service's.
    for (const service of this.#state.services.everything()) {
      if (!service.destinations.every((server) => isSameFamily(service, server))) throw refused('EINVAL');
    }
    return this.#daemons.start(settings, this.#mtuOf(settings.interface)) ?? DONE;
  }

  #mtuOf(name: string): number | undefined {
    return this.#state.routes.snapshot.ports.find((port) => port.name === name)?.mtuBytes;
  }
}

/** The backend answers with the errno alone; `ipvsadm` has the text that goes with it. */
function refused(errno: RuleErrno): RuleError {
  return new RuleError(errno, errno);
}

export function serviceOptions({ scheduler, flags, persistenceSeconds, netmask, engine }: ServiceSettings) {
  return { scheduler, flags, persistenceMs: persistenceSeconds * 1000, netmask, engine };
}

export function serverOptions({ method, weight, upperThreshold, lowerThreshold, tunnel }: ServerSettings) {
  return { method: method as Method, weight, upperThreshold, lowerThreshold, tunnel };
}
