/** Plays a plan on a director's core in memory, segment by segment as the mode lets the director see them. */

import {
  applyRules,
  type Core,
  type Destination,
  ipv4,
  NO_SERVER as NO_ROW,
  PROTOCOL,
  parseRules,
  TCP_FLAG,
  type VirtualService,
} from '../../director/index.ts';
import { MODES } from '../../lab/modes.ts';

import { changeRule, nameOf, type ServicePlace, setUpRules } from '../../scenarios/fairness/addresses.ts';
import { Balancer } from '../../scenarios/fairness/memory/balancer.ts';
import {
  NO_SERVER,
  type Open,
  type Plan,
  type PlanTrace,
  type RuleChange,
} from '../../scenarios/fairness/plan/plan.ts';
import { PlanPlayer } from '../../scenarios/fairness/plan/player.ts';

/** Virtual time that each step takes. */
const STEP_MS = 1;

const { syn, ack, fin, rst } = TCP_FLAG;

/** @param core As it was left by what was played before: what a scheduler draws at random goes on from there. */
export function playInMemory(plan: Plan, place: ServicePlace, core: Core): PlanTrace {
  return new MemoryPlayer(plan, place, core).toEnd();
}

class MemoryPlayer extends PlanPlayer<void> {
  readonly #place: ServicePlace;
  readonly #core: Core;
  readonly #balancer: Balancer;
  readonly #service: VirtualService;
  readonly #protocol: number;
  /** Rows of connections that are open, by number. */
  readonly #rows = new Map<number, number>();
  readonly #crashed = new Set<number>();
  #nowMs = 0;

  constructor(plan: Plan, place: ServicePlace, core: Core) {
    super(plan);
    this.#place = place;
    this.#core = core;
    this.#balancer = new Balancer(core);
    this.#protocol = plan.service.protocol === 'udp' ? PROTOCOL.udp : PROTOCOL.tcp;
    this.#apply(setUpRules(plan.service, place));
    const mark = plan.service.reachedBy === 'mark' ? place.mark : 0;
    const service = core.state.services.find(this.#protocol, ipv4(place.vip), place.port, mark);
    if (service === undefined) throw new Error(`there is no service ${nameOf(plan.service, place)}`);
    this.#service = service;
  }

  toEnd(): PlanTrace {
    for (const step of this.plan.steps) {
      this.#nowMs += STEP_MS;
      this.take(step);
    }
    return this.trace;
  }

  protected override open(step: Open): void {
    const flow = {
      protocol: this.#protocol,
      source: ipv4(step.client),
      sourcePort: step.clientPort,
      destination: ipv4(step.destination ?? this.#place.vip),
      destinationPort: this.#place.port,
    };
    const row = this.#balancer.open(flow, this.#service, syn, this.#nowMs);
    if (row < 0) {
      if (row !== NO_ROW) throw new Error('the connection table is full');
      this.decisions.push(NO_SERVER);
      this.unanswered.push(step.connection);
      return;
    }
    const server = this.#indexOf(this.#balancer.serverOf(row));
    this.decisions.push(server);
    if (this.#protocol === PROTOCOL.udp) {
      this.#fromServer(row, 0);
    } else if (this.#crashed.has(server)) {
      this.unanswered.push(step.connection);
      this.#fromServer(row, rst | ack);
    } else {
      this.#rows.set(step.connection, row);
      this.#fromServer(row, syn | ack);
      this.#fromClient(row, ack);
      if (step.endedByServer === true) this.#fromServer(row, fin | ack);
    }
  }

  protected override close(connection: number): void {
    const row = this.#rows.get(connection);
    if (row === undefined) return;
    this.#rows.delete(connection);
    this.#fromClient(row, fin | ack);
    this.#fromServer(row, fin | ack);
    this.#fromClient(row, ack);
  }

  /** The system that the program ran on ends its connections, and then each client ends its side. */
  protected override crash(server: number): void {
    this.#crashed.add(server);
    const lost = [...this.#rows].filter(([, row]) => this.#indexOf(this.#balancer.serverOf(row)) === server);
    for (const [, row] of lost) this.#fromServer(row, fin | ack);
    for (const [connection] of lost) {
      this.broken.push(connection);
      this.close(connection);
    }
  }

  protected override restart(server: number): void {
    this.#crashed.delete(server);
  }

  protected override change(step: RuleChange): void {
    this.#apply([changeRule(this.plan.service, this.#place, step)]);
  }

  /** The director drops what goes to a server that was deleted, and what its client says when it gives up. */
  protected override probe(): void {
    for (const [connection, row] of this.#rows) {
      if (this.#balancer.serverOf(row).available) continue;
      this.broken.push(connection);
      this.#rows.delete(connection);
    }
  }

  #fromClient(row: number, flags: number): void {
    this.#balancer.fromClient(row, this.#protocol, flags, this.#nowMs);
  }

  /** Reaches the director in NAT only. */
  #fromServer(row: number, flags: number): void {
    if (MODES[this.#place.mode].repliesPassDirector)
      this.#balancer.fromServer(row, this.#protocol, flags, this.#nowMs);
  }

  protected override sample(): void {
    const servers = this.#place.rips.map((rip) =>
      this.#service.destinations.find(({ address }) => address === ipv4(rip)),
    );
    this.samples.push({
      opened: this.decisions.length,
      active: servers.map((server) => server?.activeConnections ?? 0),
      inactive: servers.map((server) => server?.inactiveConnections ?? 0),
    });
  }

  #indexOf({ address }: Destination): number {
    return this.#place.rips.findIndex((rip) => ipv4(rip) === address);
  }

  #apply(lines: readonly string[]): void {
    applyRules(this.#core.state, parseRules(lines.join('\n')), this.#nowMs);
    this.#core.rulesChanged();
  }
}
