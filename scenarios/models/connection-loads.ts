/**
 * Who has how many connections, as a director counts them: followed from the packets alone with the reference tables of
 * states. Connections are known by a key that tells them apart, such as addresses and ports.
 */
import { nextState, type StateMachine } from './state-tables.ts';

/** The connections of a protocol without states (UDP) are inactive, and forgotten after this long without a packet. */
const STATELESS_TIMEOUT_S = 300;

/** How late timers of the kernel are at most, as a part of their time: its wheels have 64 places, each level eight times coarser. */
const LATEST = 1 / 7;

interface Followed {
  readonly machine: StateMachine | undefined;
  /** `undefined` where none was to be had. */
  server: string | undefined;
  state: string;
  lastS: number;
}

interface KnownConnection {
  readonly key: string;
  readonly server: string | undefined;
  /** As ipvsadm shows it. */
  readonly state: string;
  /** Seconds until it is forgotten. */
  readonly expiresS: number;
}

export interface Load {
  readonly active: number;
  readonly inactive: number;
}

export class ConnectionLoads {
  /** By service, then by key. */
  readonly #services = new Map<string, Map<string, Followed>>();
  /** Whether the director sees what servers send (NAT). */
  readonly #seesReplies: boolean;

  constructor(seesReplies: boolean) {
    this.#seesReplies = seesReplies;
  }

  /**
   * Takes a packet from a client.
   *
   * @param machine Of the packet's protocol; undefined for one without states.
   * @returns Whether it begins a connection, for which a server must now be chosen: `give` says which.
   */
  request(
    service: string,
    key: string,
    machine: StateMachine | undefined,
    event: string,
    atS: number,
  ): boolean {
    const begins = this.begins(service, key, machine, event, atS);
    if (begins) {
      const state = machine?.start ?? '';
      this.#connectionsOf(service).set(key, { machine, server: undefined, state, lastS: atS });
    }
    this.#step(service, key, 'in', event, atS);
    return begins;
  }

  /** Whether such a packet would begin a connection: one that is not known, or a new one on the ports of one that is over. */
  begins(
    service: string,
    key: string,
    machine: StateMachine | undefined,
    event: string,
    atS: number,
  ): boolean {
    const known = this.#current(service, key, atS);
    return isOpening(machine, event) && (known === undefined || isReusable(known));
  }

  /** The server of a connection that is known. */
  serverOf(service: string, key: string, atS: number): string | undefined {
    return this.#current(service, key, atS)?.server;
  }

  /** All connections of a service, with the names of their states; that of a protocol without states is empty. */
  all(service: string, atS: number): KnownConnection[] {
    return [...this.#connectionsOf(service)]
      .filter(([, connection]) => !isOver(connection, atS))
      .map(([key, { machine, server, state, lastS }]) => ({
        key,
        server,
        state: machine?.facts[state]?.name ?? '',
        expiresS: timeoutOf({ machine, state }) - (atS - lastS),
      }));
  }

  /** Whether one of them is over, but for so short a time that the kernel may still have it: its timers are late. */
  mayLinger(service: string, atS: number): boolean {
    return [...this.#connectionsOf(service).values()].some(
      (one) => isOver(one, atS) && atS - one.lastS <= timeoutOf(one) * (1 + LATEST) + 1,
    );
  }

  /** Takes a packet from a server, where the director sees it. */
  reply(service: string, key: string, event: string, atS: number): void {
    if (this.#current(service, key, atS) !== undefined) this.#step(service, key, 'out', event, atS);
  }

  /** Says which server the connection was given to. One that got none is forgotten. */
  give(service: string, key: string, server: string | undefined): void {
    const connections = this.#connectionsOf(service);
    const connection = connections.get(key);
    if (connection === undefined) return;
    if (server === undefined) connections.delete(key);
    else connection.server = server;
  }

  /** How many connections each server of a service has at a moment, by the server's name. */
  at(service: string, atS: number): ReadonlyMap<string, Load> {
    const loads = new Map<string, { active: number; inactive: number }>();
    const connections = this.#connectionsOf(service);
    for (const [key, connection] of connections) {
      if (isOver(connection, atS)) connections.delete(key);
      else if (connection.server !== undefined) {
        const load = loads.get(connection.server) ?? { active: 0, inactive: 0 };
        if (isActive(connection)) load.active++;
        else load.inactive++;
        loads.set(connection.server, load);
      }
    }
    return loads;
  }

  #connectionsOf(service: string): Map<string, Followed> {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const connections = new Map<string, Followed>();
    this.#services.set(service, connections);
    return connections;
  }

  #current(service: string, key: string, atS: number): Followed | undefined {
    const connections = this.#connectionsOf(service);
    const connection = connections.get(key);
    if (connection === undefined || !isOver(connection, atS)) return connection;
    connections.delete(key);
    return undefined;
  }

  #step(service: string, key: string, side: 'in' | 'out', event: string, atS: number): void {
    const connection = this.#connectionsOf(service).get(key);
    if (connection === undefined) return;
    connection.lastS = atS;
    const { machine, state } = connection;
    if (machine !== undefined)
      connection.state = nextState(machine, state, { side, event }, this.#seesReplies);
  }
}

function isOpening(machine: StateMachine | undefined, event: string): boolean {
  return machine === undefined || event === machine.opening;
}

/** A protocol without states never begins anew on the same ports. */
function isReusable({ machine, state }: Followed): boolean {
  return machine?.reusable.includes(state) ?? false;
}

function isActive({ machine, state }: Followed): boolean {
  return machine?.facts[state]?.isActive ?? false;
}

function isOver({ lastS, ...connection }: Followed, atS: number): boolean {
  return atS - lastS >= timeoutOf(connection);
}

function timeoutOf({ machine, state }: Pick<Followed, 'machine' | 'state'>): number {
  return machine?.facts[state]?.timeoutS ?? STATELESS_TIMEOUT_S;
}
