/**
 * Plays a plan by the rules alone: who has how many connections is kept by hand, as the state machines of the mode
 * would have it, and each decision is what the scheduler's reference model says. Nothing of the director takes part.
 */
import { MODES } from '../../../lab/modes.ts';
import { type Decision, isEligible } from '../../models/choice.ts';
import type { MaglevServer } from '../../models/mh.ts';
import { modelOf } from '../../models/reference-model.ts';
import { type ServicePlace, serverPort } from '../addresses.ts';
import { NO_SERVER, type Open, type Plan, type PlanTrace, type RuleChange } from './plan.ts';
import { PlanPlayer } from './player.ts';

/** @throws RangeError where there is no model. */
export function playByModel(plan: Plan, place: ServicePlace): PlanTrace {
  return new ModelPlayer(plan, place).toEnd();
}

interface Load {
  active: number;
  inactive: number;
}

class ModelPlayer extends PlanPlayer<void> {
  readonly #place: ServicePlace;
  readonly #model: ReturnType<typeof modelOf>;
  /** Indexes of servers in the scheduler's order: the one added last comes first. */
  #list: number[];
  readonly #weights: number[];
  /** The last ones that were not 0: mh keeps a quiesced server's slots. */
  readonly #lastWeights: number[];
  readonly #loads: Load[];
  /** Server of each open connection, and whether the director still counts it as active. */
  readonly #open = new Map<number, { readonly server: number; active: boolean }>();
  readonly #crashed = new Set<number>();
  readonly #past: Decision[] = [];

  constructor(plan: Plan, place: ServicePlace) {
    super(plan);
    this.#place = place;
    this.#model = modelOf(plan.service.scheduler, plan.service.flags);
    this.#weights = [...plan.service.weights];
    this.#lastWeights = [...plan.service.weights];
    this.#list = this.#weights.map((_, server) => server).reverse();
    this.#loads = place.rips.map(() => ({ active: 0, inactive: 0 }));
  }

  toEnd(): PlanTrace {
    for (const step of this.plan.steps) this.take(step);
    return this.trace;
  }

  protected override change(step: RuleChange): void {
    if (step.do === 'remove') {
      this.#list = this.#list.filter((server) => server !== step.server);
      return;
    }
    this.#setWeight(step.server, step.weight);
    if (step.do === 'add') this.#list.unshift(step.server);
  }

  #setWeight(server: number, weight: number): void {
    this.#weights[server] = weight;
    if (weight !== 0) this.#lastWeights[server] = weight;
  }

  protected override open(step: Open): void {
    const request = {
      client: step.client,
      clientPort: step.clientPort,
      destination: step.destination ?? this.#place.vip,
    };
    const servers = this.#list.map((server) => this.#modelServer(server));
    const name = this.#model(servers, request, this.#past);
    this.#past.push({ request, server: name });
    const chosen = servers.find((server) => server.name === name);
    if (name === undefined || chosen === undefined || !isEligible(chosen)) {
      this.decisions.push(NO_SERVER);
      this.unanswered.push(step.connection);
      return;
    }
    const server = Number(name);
    this.decisions.push(server);
    const load = this.#loads[server] as Load;
    if (this.plan.service.protocol === 'udp') {
      load.inactive++;
      return;
    }
    load.active++;
    const isRefused = this.#crashed.has(server);
    this.#open.set(step.connection, { server, active: true });
    // A refusal, or the server's end, is news to the director only where replies pass it.
    if ((isRefused || step.endedByServer === true) && MODES[this.#place.mode].repliesPassDirector)
      this.#deactivate(step.connection);
    // A client that was refused says nothing more.
    if (isRefused) {
      this.unanswered.push(step.connection);
      this.#open.delete(step.connection);
    }
  }

  protected override close(connection: number): void {
    this.#deactivate(connection);
    this.#open.delete(connection);
  }

  /** Its connections end, and their clients close them. */
  protected override crash(crashed: number): void {
    this.#crashed.add(crashed);
    const lost = [...this.#open].filter(([, { server }]) => server === crashed);
    for (const [connection] of lost) {
      this.broken.push(connection);
      this.close(connection);
    }
  }

  protected override restart(server: number): void {
    this.#crashed.delete(server);
  }

  /** A client whose server was removed gets no more answers. */
  protected override probe(): void {
    for (const [connection, { server }] of this.#open) {
      if (this.#list.includes(server)) continue;
      this.broken.push(connection);
      this.#open.delete(connection);
    }
  }

  #deactivate(connection: number): void {
    const open = this.#open.get(connection);
    if (open?.active !== true) return;
    open.active = false;
    const load = this.#loads[open.server] as Load;
    load.active--;
    load.inactive++;
  }

  /** Of servers that are not in the list the director says nothing. */
  protected override sample(): void {
    const loads = this.#loads.map((load, server) => (this.#list.includes(server) ? load : undefined));
    this.samples.push({
      opened: this.decisions.length,
      active: loads.map((load) => load?.active ?? 0),
      inactive: loads.map((load) => load?.inactive ?? 0),
    });
  }

  #modelServer(server: number): MaglevServer {
    const { active, inactive } = this.#loads[server] as Load;
    return {
      name: String(server),
      address: this.#place.rips[server] as string,
      port: serverPort(this.plan.service, this.#place),
      weight: this.#weights[server] as number,
      lastWeight: this.#lastWeights[server] as number,
      active,
      inactive,
    };
  }
}
