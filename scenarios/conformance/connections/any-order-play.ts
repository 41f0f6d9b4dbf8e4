/** A service that is used and changed in any order: each packet and each list is held against a reference model. */

import { MODES } from '../../../lab/modes.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { type ListedCounters, readConnections } from '../../kit/ipvsadm-lists.ts';
import { Journal } from '../../kit/journal.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import type { Client, Protocol, Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { ChangingService, type ServerNumbers } from '../../models/changing-service.ts';
import { SCTP } from '../../models/sctp-states.ts';
import type { StateMachine } from '../../models/state-tables.ts';
import { TCP } from '../../models/tcp-states.ts';
import { TrafficCounters } from '../../models/traffic-counters.ts';
import { columns, serverLine } from '../commands/titles.ts';
import { countersOf, ESTIMATED_MS } from '../rules/shown-counters.ts';
import { sendChunk } from './sctp-events.ts';
import { sendSegment } from './tcp-events.ts';

const SEED = 19;
const CLIENTS = 24;
const PACKETS_A_ROUND = 11;
/** No timeout of a state is a multiple of it, so a round’s lists are never taken when something is about to expire. */
const ROUND_S = 7;
/** Longer than packets take. */
const SETTLED_MS = 50;
/** Not a multiple of a round, and longer than lblcr is ever left alone: what it has forgotten altogether is another case’s. */
export const LBLCR_EXPIRATION_S = 250;
type Choice = readonly [scheduler: string, flags?: string];

export interface Plan {
  readonly protocol: Protocol;
  /** Schedulers with their flags. */
  readonly choices: readonly Choice[];
  readonly weights: readonly number[];
  /** Upper thresholds. */
  readonly upper: readonly number[];
  /** Changes of rules in a round are fewer than this. */
  readonly changes: number;
  readonly rounds: number;
  /** What may pass before a round, in times seven seconds. */
  readonly waits: readonly number[];
  /** Each scheduler has so many rounds before the next one has its turn; they are drawn unless given. */
  readonly roundsEach?: number;
  /** Connections of new clients, twice a round. */
  readonly newClients: number;
}

/** What clients and servers send, the likeliest several times. */
interface Traffic {
  readonly machine: StateMachine | undefined;
  readonly fromClients: readonly string[];
  readonly fromServers: readonly string[];
}

const TRAFFIC: Readonly<Record<Protocol, Traffic>> = {
  tcp: {
    machine: TCP,
    fromClients: ['syn', 'syn', 'syn', 'syn', 'ack', 'ack', 'ack', 'fin', 'fin', 'rst', 'none'],
    fromServers: ['syn', 'ack', 'ack', 'fin', 'rst'],
  },
  udp: { machine: undefined, fromClients: [''], fromServers: [''] },
  sctp: {
    machine: SCTP,
    fromClients: ['i', 'i', 'i', 'i', 'ce', 'ce', 'd', 'ca', 's', 'sa', 'sc', 'err', 'ab'],
    fromServers: ['ia', 'ca', 'd', 's', 'sa', 'sc', 'ab'],
  },
};

/** Sends what makes an event. @returns The packet. */
function sendEvent(service: Service, client: Client, event: string, server?: number): Uint8Array {
  const step = { side: server === undefined ? 'in' : 'out', event } as const;
  if (service.protocol === 'tcp') return sendSegment(service, client, step, server);
  if (service.protocol === 'sctp') return sendChunk(service, client, step, server);
  return server === undefined ? service.datagram(client) : service.datagramReply(server, client);
}

/** What a list should have been and was. */
export interface Look {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

export class Play {
  readonly journal: Journal;
  readonly looks: Look[] = [];
  readonly #stage: Stage;
  readonly #service: Service;
  readonly #plan: Plan;
  readonly #model: ChangingService;
  readonly #counters = new TrafficCounters();
  readonly #random: RandomNumbers;
  #atS = 0;
  /** Since the round began. */
  #spentMs = 0;
  #newClients = 0;
  readonly #haveSpoken = new Set<number>();

  constructor(stage: Stage, service: Service, plan: Plan) {
    this.#stage = stage;
    this.#service = service;
    this.#plan = plan;
    this.#random = new RandomNumbers(SEED, `connections and rules in any order, ${stage.mode}`);
    this.journal = new Journal(service);
    const { machine } = TRAFFIC[service.protocol];
    const seesReplies = MODES[stage.mode].repliesPassDirector;
    const { scheduler = '' } = service.setup;
    const facts = { machine, seesReplies, destination: stage.vip, scheduler };
    this.#model = new ChangingService({ ...facts, lblcrExpirationS: LBLCR_EXPIRATION_S });
  }

  async play(): Promise<void> {
    for (const i of [0, 1, 2]) await this.#changeServer(i);
    for (let round = 0; round < this.#plan.rounds; round++) {
      const before = this.#atS;
      this.#atS += ROUND_S * this.#pick(this.#plan.waits);
      while (this.#model.mayLinger(this.#atS)) this.#atS += ROUND_S;
      const waitS = this.#atS - before;
      // Rounds begin whole seconds apart.
      await this.#stage.wait(waitS * 1000 - this.#spentMs);
      this.#spentMs = 0;
      await this.#sendSome();
      await this.#moment();
      await this.#changeRules(round);
      await this.#sendSome();
      await this.#moment();
      const when = `after round ${round + 1}, ${this.#atS} s after the beginning`;
      if (this.#random.below(4) === 0) this.#handOver(when);
      await this.#look(when);
      await this.#lookAtCounters(when);
    }
  }

  /** Whoever takes over where a director was killed goes on as if nothing had happened. */
  #handOver(when: string): void {
    const handed = this.#stage.director.handOver?.();
    if (handed === undefined) return;
    this.looks.push({
      what: `what another process took over, ${when}`,
      expected: handed.left,
      seen: handed.taken,
    });
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.below(items.length)] as Item;
  }

  #client(): Client {
    const n = this.#random.below(CLIENTS);
    return this.#service.client(n, 1 + (n % 5));
  }

  #newClient(): Client {
    return this.#service.client(CLIENTS + this.#newClients++);
  }

  async #moment(): Promise<void> {
    await this.#stage.wait(SETTLED_MS);
    this.#spentMs += SETTLED_MS;
  }

  async #sendSome(): Promise<void> {
    const { fromClients, fromServers, machine } = TRAFFIC[this.#service.protocol];
    for (let i = 0; i < this.#plan.newClients; i++) {
      await this.#request(this.#newClient(), fromClients[0] as string);
    }
    for (let i = 0; i < PACKETS_A_ROUND; i++) {
      const client = this.#client();
      if (this.#random.below(4) > 0) await this.#request(client, this.#pick(fromClients));
      else await this.#reply(client, this.#pick(fromServers), machine);
    }
  }

  async #request(client: Client, event: string): Promise<void> {
    const isSuccessor = this.#model.isSuccessor(client, event, this.#atS);
    const isKnown = this.#connectionOf(client) !== undefined;
    const server = this.#model.request(client, event, this.#atS);
    const why = `${event || 'a datagram'} of ${endpoint(client)}, ${this.#atS} s after the beginning.`;
    const packet = sendEvent(this.#service, client, event);
    this.journal.expect(packet, this.#stationOf(server), why);
    if (server !== undefined) this.#counters.request(server, packet.length, isSuccessor || !isKnown);
    // The one before is counted until the kernel's clock ticks.
    if (isSuccessor) await this.#moment();
  }

  /** A server speaks in a connection that the client has with it; elsewhere its packets go past the director. */
  async #reply(client: Client, event: string, machine: StateMachine | undefined): Promise<void> {
    if (!MODES[this.#stage.mode].repliesPassDirector) return;
    const known = this.#connectionOf(client);
    const server = this.#stage.servers.findIndex((_, i) => this.#service.serverAddress(i) === known?.server);
    if (server < 0) return;
    this.#model.reply(client, machine === undefined ? '' : event, this.#atS);
    const packet = sendEvent(this.#service, client, event, server);
    const name = this.#service.serverAddress(server);
    // What is of a deleted server is forwarded and not counted.
    if (this.#model.has(name)) this.#counters.reply(name, packet.length);
    // Its first packet waits until it knows whom to send it to.
    if (!this.#haveSpoken.has(server)) await this.#moment();
    this.#haveSpoken.add(server);
  }

  #connectionOf(client: Client) {
    return this.#model.connections(this.#atS).find(({ key }) => key === endpoint(client));
  }

  #stationOf(server: string | undefined): string | undefined {
    const at = this.#stage.servers.findIndex((_, i) => this.#service.serverAddress(i) === server);
    return at < 0 ? undefined : `rs${at + 1}`;
  }

  async #changeRules(round: number): Promise<void> {
    const { choices, roundsEach } = this.#plan;
    const changes = this.#random.below(this.#plan.changes);
    for (let i = 0; i < changes; i++) {
      if (roundsEach === undefined && this.#random.below(4) === 0) {
        await this.#schedule(this.#pick(choices));
      } else {
        await this.#changeServer(this.#random.below(3));
      }
    }
    if (roundsEach === undefined || round % roundsEach > 0) return;
    await this.#schedule(choices[(round / roundsEach) % choices.length] as Choice);
  }

  async #schedule([scheduler, flags = '']: Choice): Promise<void> {
    this.#model.schedule(scheduler, flags, this.#atS);
    await this.#service.edit('-s', scheduler, ...(flags === '' ? [] : ['-b', flags]));
  }

  async #changeServer(index: number): Promise<void> {
    const name = this.#service.serverAddress(index);
    if (this.#model.has(name) && this.#random.below(3) === 0) {
      this.#model.remove(name, this.#atS);
      await this.#service.removeServer(index);
      return;
    }
    const upper = this.#pick(this.#plan.upper);
    const lower = this.#random.below(2) * this.#random.below(Math.min(upper, 9) + 1);
    const numbers: ServerNumbers = { weight: this.#pick(this.#plan.weights), upper, lower };
    const setup = { weight: numbers.weight, options: ['-x', String(upper), '-y', String(lower)] };
    if (this.#model.has(name)) {
      this.#model.edit(name, numbers, this.#atS);
      await this.#service.editServer(index, setup);
    } else {
      this.#model.add(name, numbers, this.#atS);
      const hasConnections = this.#model.connections(this.#atS).some(({ server }) => server === name);
      this.#counters.added(name, hasConnections);
      await this.#service.addServer(index, setup);
    }
  }

  async #look(when: string): Promise<void> {
    const { director, mode } = this.#stage;
    const shown = await director.ipvsadm('-Ln', '--nosort', ...this.#service.key);
    const servers = shown.split('\n').filter((line) => line.startsWith('  -> ') && /\d$|\d +$/.test(line));
    const forward = MODES[mode].ipvsadmName;
    const lines = this.#model
      .listed(this.#atS)
      .map(({ name, weight, active, inactive }) =>
        serverLine(name, columns([forward, 7], [weight, 6], [active, 10], [inactive, 10])),
      );
    this.looks.push({
      what: `ipvsadm -Ln --nosort, ${when}`,
      expected: lines.join('\n'),
      seen: servers.join('\n'),
    });
    const listed = readConnections(await director.ipvsadm('-Lnc'));
    const rows = new Map(listed.map((row) => [row.client, row]));
    const known = this.#model.connections(this.#atS).map(({ key, server, state, expiresS }) => {
      const expires = rows.get(key)?.expiresS;
      // Lists leave fractions of a second out.
      const seenS = expires === expiresS - 1 ? expiresS : expires;
      if (rows.has(key)) rows.set(key, { ...rows.get(key)!, expiresS: seenS! });
      return `${key} ${server} ${state || 'UDP'} ${expiresS}`;
    });
    const seen = [...rows.values()].map((row) => `${row.client} ${row.server} ${row.state} ${row.expiresS}`);
    this.looks.push({
      what: `ipvsadm -Lnc, ${when}`,
      expected: known.toSorted().join('\n'),
      seen: seen.toSorted().join('\n'),
    });
  }

  async #lookAtCounters(when: string): Promise<void> {
    const shown = await countersOf(this.#service);
    this.#spentMs += ESTIMATED_MS;
    const names = this.#model.listed(this.#atS).map(({ name }) => name);
    // Where servers answer clients directly, what goes out are ICMP errors of the director’s own, now and then.
    const inOneLine = lineOf(MODES[this.#stage.mode].repliesPassDirector);
    const expected = [
      [this.#service.address, this.#counters.service] as const,
      ...names.map((name) => [name, this.#counters.serverThatShows(name, shown.get(name))] as const),
    ];
    this.looks.push({
      what: `ipvsadm -Ln --stats --exact, ${when}`,
      expected: expected.map(inOneLine).toSorted().join('\n'),
      seen: [...shown].map(inOneLine).toSorted().join('\n'),
    });
  }
}

function lineOf(withOut: boolean) {
  return ([whose, counters]: readonly [string, ListedCounters]): string => {
    const { connections, inPackets, inBytes, outPackets, outBytes } = counters;
    return [whose, connections, inPackets, inBytes, ...(withOut ? [outPackets, outBytes] : [])].join(' ');
  };
}
