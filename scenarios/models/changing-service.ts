/**
 * A service whose servers, weights, thresholds and scheduler change while it has connections: which server each packet
 * reaches, whatever happens in whatever order, under schedulers that do not draw at random.
 */
import type { ModelServer } from './choice.ts';
import { ConnectionLoads, type Load } from './connection-loads.ts';
import type { Scheduling } from './scheduling.ts';
import { schedulingOf } from './schedulings.ts';
import type { StateMachine } from './state-tables.ts';

export interface ServerNumbers {
  readonly weight: number;
  /** Connections from which on it is full, and below which it is not any more; 0 for none. */
  readonly upper: number;
  readonly lower: number;
}

interface Server extends ServerNumbers {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  isFull: boolean;
  /** Connections when they were last looked at. */
  connections: number;
}

interface ChangingServiceFacts {
  /** Of its protocol; undefined for one without states. */
  readonly machine: StateMachine | undefined;
  /** Whether the director sees what servers send (NAT). */
  readonly seesReplies: boolean;
  readonly destination: string;
  /** `ipvsadm -s` when it was added. */
  readonly scheduler: string;
  readonly lblcrExpirationS: number;
}

const SERVICE = '';
const NONE: Load = { active: 0, inactive: 0 };

export class ChangingService {
  #scheduler: string;
  #flags = '';
  #scheduling: Scheduling;
  readonly #facts: ChangingServiceFacts;
  readonly #loads: ConnectionLoads;
  /** The one added last comes first. */
  #servers: Server[] = [];
  /** Deleted ones: their connections still lead to them. */
  readonly #deleted = new Map<string, Server>();

  constructor(facts: ChangingServiceFacts) {
    this.#facts = facts;
    this.#loads = new ConnectionLoads(facts.seesReplies);
    this.#scheduler = facts.scheduler;
    this.#scheduling = schedulingOf(facts.scheduler, '', [], facts);
  }

  /** As `ipvsadm -E` does: a scheduler that stays the same goes on. @param flags As for `ipvsadm -b`. */
  schedule(scheduler: string, flags: string, atS: number): void {
    if (scheduler === this.#scheduler && flags === this.#flags) return;
    this.#scheduler = scheduler;
    this.#flags = flags;
    this.#scheduling = schedulingOf(scheduler, flags, this.listed(atS), this.#facts);
  }

  has(name: string): boolean {
    return this.#servers.some((one) => one.name === name);
  }

  /** One that was deleted comes back with its connections. */
  add(name: string, numbers: ServerNumbers, atS: number): void {
    this.#settle(atS);
    const [address = '', port = ''] = name.split(':');
    const known = this.#deleted.get(name);
    const server = known ?? {
      ...{ name, address, port: Number(port), weight: 0, upper: 0, lower: 0 },
      ...{ isFull: false, connections: 0 },
    };
    this.#deleted.delete(name);
    this.#servers.unshift(edited(server, numbers));
    this.#scheduling.added?.(this.listed(atS));
  }

  edit(name: string, numbers: ServerNumbers, atS: number): void {
    this.#settle(atS);
    this.#servers = this.#servers.map((one) => (one.name === name ? edited(one, numbers) : one));
    this.#scheduling.edited?.(this.listed(atS));
  }

  remove(name: string, atS: number): void {
    this.#settle(atS);
    const at = this.#servers.findIndex((one) => one.name === name);
    const [server] = this.#servers.splice(at, 1);
    if (server !== undefined) this.#deleted.set(name, server);
    this.#scheduling.removed?.(at, this.listed(atS));
  }

  /** A packet of a client. @returns The server that gets it; undefined for none. */
  request(
    client: { readonly address: string; readonly port: number },
    event: string,
    atS: number,
  ): string | undefined {
    this.#settle(atS);
    const { machine, destination } = this.#facts;
    const key = `${client.address}:${client.port}`;
    if (!this.#loads.begins(SERVICE, key, machine, event, atS)) {
      const server = this.#loads.serverOf(SERVICE, key, atS);
      // What is for a deleted server is dropped, and moves nothing.
      if (server === undefined || !this.has(server)) return undefined;
      this.#loads.request(SERVICE, key, machine, event, atS);
      return server;
    }
    // One that is over and begins anew is still counted when its successor is given a server.
    const asked = { client: client.address, clientPort: client.port, destination };
    const servers = { listed: this.listed(atS), deleted: this.#withLoads([...this.#deleted.values()], atS) };
    const chosen = this.#scheduling.choose(servers, asked, atS);
    this.#loads.request(SERVICE, key, machine, event, atS);
    this.#loads.give(SERVICE, key, chosen);
    const server = this.#servers.find(({ name }) => name === chosen);
    if (server !== undefined && ++server.connections === server.upper) server.isFull = true;
    this.#settle(atS);
    return chosen;
  }

  /** Whether such a packet begins a connection on the ports of one that is over. */
  isSuccessor(
    client: { readonly address: string; readonly port: number },
    event: string,
    atS: number,
  ): boolean {
    const key = `${client.address}:${client.port}`;
    const isKnown = this.connections(atS).some((one) => one.key === key);
    return isKnown && this.#loads.begins(SERVICE, key, this.#facts.machine, event, atS);
  }

  /** A packet of a server, where the director sees it. */
  reply(client: { readonly address: string; readonly port: number }, event: string, atS: number): void {
    if (this.#facts.seesReplies) this.#loads.reply(SERVICE, `${client.address}:${client.port}`, event, atS);
  }

  /** Its servers in the order of `ipvsadm -L --nosort`, each with its load. */
  listed(atS: number): ModelServer[] {
    return this.#withLoads(this.#servers, atS);
  }

  #withLoads(servers: readonly Server[], atS: number): ModelServer[] {
    const loads = this.#loads.at(SERVICE, atS);
    return servers.map((one) => ({ ...one, ...(loads.get(one.name) ?? NONE) }));
  }

  /** As `ipvsadm -Lnc` lists them. */
  connections(atS: number): ReturnType<ConnectionLoads['all']> {
    return this.#loads.all(SERVICE, atS);
  }

  /** As `ConnectionLoads.mayLinger`. */
  mayLinger(atS: number): boolean {
    return this.#loads.mayLinger(SERVICE, atS);
  }

  /** Servers have room again where connections have been forgotten. */
  #settle(atS: number): void {
    const loads = this.#loads.at(SERVICE, atS);
    for (const server of [...this.#servers, ...this.#deleted.values()]) {
      const { active, inactive } = loads.get(server.name) ?? NONE;
      const leastFull = leastFullOf(server);
      if (server.connections >= leastFull && active + inactive < leastFull) server.isFull = false;
      server.connections = active + inactive;
    }
  }
}

/** A change of thresholds is a reason to look whether it is full; a change of the weight alone is none. */
function edited(server: Server, { weight, upper, lower }: ServerNumbers): Server {
  const after = { ...server, weight, upper, lower };
  if (upper === server.upper && lower === server.lower) return after;
  if (upper === 0 || server.connections < leastFullOf(after)) after.isFull = false;
  else if (server.connections >= upper) after.isFull = true;
  return after;
}

/** With fewer connections it has room again: below the lower threshold, or below three quarters of the upper one. */
function leastFullOf({ upper, lower }: ServerNumbers): number {
  return lower || upper - Math.floor(upper / 4);
}
