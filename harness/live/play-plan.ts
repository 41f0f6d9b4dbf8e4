/** Plays a plan on a running director with real connections, and records the outcome. */
import type { DirectorSnapshot } from '../../director/index.ts';
import { LabError } from '../../lab/index.ts';
import {
  changeRule,
  nameOf,
  type ServicePlace,
  serverWords,
  setUpRules,
} from '../../scenarios/fairness/addresses.ts';
import {
  NO_SERVER,
  type Open,
  opensOf,
  type Plan,
  type PlanTrace,
  type RuleChange,
  type Served,
} from '../../scenarios/fairness/plan/plan.ts';
import { PlanPlayer } from '../../scenarios/fairness/plan/player.ts';
import type { LiveLab } from './live-lab.ts';
import type { Answer, ClientOrder, OpenOrder } from './plan-client.ts';
import { MARKED_PREFIX } from './topology.ts';

export interface PlayedLive extends PlanTrace {
  readonly served: readonly Served[];
  /** What clients were told that nobody answered, each once. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

export async function playPlanLive(plan: Plan, place: ServicePlace, live: LiveLab): Promise<PlayedLive> {
  return new LivePlayer(plan, place, live).toEnd();
}

class LivePlayer extends PlanPlayer<Promise<void>> {
  readonly #place: ServicePlace;
  readonly #live: LiveLab;
  readonly #names: readonly string[];
  readonly #answers: Answer[] = [];
  /** Orders that have not been given yet. */
  #orders: ClientOrder[] = [];
  /** Server of each connection that is open. */
  readonly #open = new Map<number, number>();

  constructor(plan: Plan, place: ServicePlace, live: LiveLab) {
    super(plan);
    this.#place = place;
    this.#live = live;
    this.#names = live.lab.topology.realServers.map(({ host }) => host);
  }

  async toEnd(): Promise<PlayedLive> {
    const startedMs = performance.now();
    await this.#setUp();
    for (const step of this.plan.steps) await this.take(step);
    await this.#carryOut();
    return {
      ...this.trace,
      served: this.#served(),
      problems: [...new Set(this.#answers.flatMap(({ problem }) => problem ?? []))],
      durationMs: performance.now() - startedMs,
    };
  }

  async #setUp(): Promise<void> {
    const { service } = this.plan;
    await this.#live.apply(setUpRules(service, this.#place));
    if (service.reachedBy !== 'mark') return;
    const { mark, port } = this.#place;
    if (this.#live.director.mark === undefined)
      throw new LabError('This director cannot be given firewall marks.');
    await this.#live.director.mark({ dst: MARKED_PREFIX, dport: String(port), set: String(mark) });
  }

  protected override async open(step: Open): Promise<void> {
    this.#orders.push(this.#openOrder(step));
  }

  protected override async close(connection: number): Promise<void> {
    this.#orders.push({ do: 'close', connections: [connection] });
  }

  #openOrder(step: Open): OpenOrder {
    const { connection, client, clientPort, requests, bytes, endedByServer } = step;
    return {
      do: 'open',
      protocol: this.plan.service.protocol,
      connection,
      client,
      clientPort,
      address: step.destination ?? this.#place.vip,
      port: this.#place.port,
      requests,
      bytes,
      ...(endedByServer === undefined ? {} : { endedByServer }),
    };
  }

  /** Gives the orders so far, and records which server each connection was given to. Everything but clients' steps needs it first. */
  async #carryOut(): Promise<void> {
    const orders = this.#orders;
    if (orders.length === 0) return;
    this.#orders = [];
    const answers = await this.#tell(orders);
    this.#answers.push(...answers);
    this.unanswered.push(
      ...answers.flatMap(({ connection, problem }) => (problem === null ? [] : [connection])),
    );
    const isComplete = answers.every(({ server }) => server !== null);
    const counts = this.#live.director.snapshot !== undefined;
    const state = isComplete || !counts ? undefined : await this.#live.snapshot();
    const answerTo = new Map(answers.map((answer) => [answer.connection, answer]));
    for (const order of orders) {
      if (order.do === 'open') {
        const answer = answerTo.get(order.connection);
        if (answer === undefined) {
          throw new LabError(
            `The clients gave up at connection ${order.connection + 1}: ${answers.at(-1)?.problem} several times in a row.`,
          );
        }
        const server = this.#serverOf(order, answer, state);
        this.decisions.push(server);
        if (answer.problem === null) this.#open.set(order.connection, server);
      } else {
        for (const connection of order.connections) this.#open.delete(connection);
      }
    }
  }

  #tell(orders: readonly ClientOrder[]): Promise<Answer[]> {
    return this.#live.untilFailure(this.#live.clients.ask<Answer[]>(orders));
  }

  /** By the name in its answers; where nobody answered, by the director's own table. */
  #serverOf(order: OpenOrder, { server }: Answer, state: DirectorSnapshot | undefined): number {
    if (server !== null) return this.#names.indexOf(server);
    const client = `${order.client}:${order.clientPort}`;
    const virtual = `${order.address}:${order.port}`;
    const entry = state?.connections.find((one) => one.client === client && one.virtual === virtual);
    const rip = entry?.server.split(':')[0];
    return rip === undefined ? NO_SERVER : this.#place.rips.indexOf(rip);
  }

  protected override async change(step: RuleChange): Promise<void> {
    await this.#carryOut();
    await this.#live.apply([changeRule(this.plan.service, this.#place, step)]);
  }

  protected override async restart(server: number): Promise<void> {
    await this.#carryOut();
    await this.#live.restart(server);
  }

  protected override async crash(server: number): Promise<void> {
    await this.#carryOut();
    await this.#live.crash(server);
    const lost = [...this.#open].flatMap(([connection, its]) => (its === server ? [connection] : []));
    await this.#tell([{ do: 'lost', connections: lost }]);
    this.#lose(lost);
  }

  protected override async probe(): Promise<void> {
    await this.#carryOut();
    const silent = await this.#tell([{ do: 'probe', connections: [...this.#open.keys()] }]);
    this.#lose(silent.map(({ connection }) => connection));
  }

  #lose(connections: readonly number[]): void {
    this.broken.push(...connections);
    for (const connection of connections) this.#open.delete(connection);
  }

  protected override async sample(): Promise<void> {
    await this.#carryOut();
    if (this.#live.director.snapshot === undefined) {
      this.samples.push(this.#asClientsHold());
      return;
    }
    const { services } = await this.#live.snapshot();
    const name = nameOf(this.plan.service, this.#place);
    const service = services.find(({ address }) => address === name);
    if (service === undefined) throw new LabError(`The director does not know the service ${name}.`);
    const servers = this.#place.rips.map((_, server) => {
      const words = serverWords(this.plan.service, this.#place, server);
      return service.servers.find(({ address }) => address === words);
    });
    this.samples.push({
      opened: this.decisions.length,
      active: servers.map((server) => server?.activeConnections ?? 0),
      inactive: servers.map((server) => server?.inactiveConnections ?? 0),
    });
  }

  /** What is open as the clients know it, of a director that does not count. */
  #asClientsHold(): PlanTrace['samples'][number] {
    const active = this.#place.rips.map(
      (_, server) => [...this.#open.values()].filter((its) => its === server).length,
    );
    return { opened: this.decisions.length, active, inactive: active.map(() => 0) };
  }

  #served(): Served[] {
    const requests = new Map(opensOf(this.plan).map((step) => [step.connection, step.requests]));
    return this.#names.map((name) => {
      const own = this.#answers.filter(({ server, problem }) => server === name && problem === null);
      return {
        connections: own.length,
        requests: own.reduce((sum, { connection }) => sum + (requests.get(connection) ?? 0), 0),
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    });
  }
}
