/** One recorded case of decisions, carried out step by step. */
import { connectionState, formatIpv4, RuleError } from '../../director/index.ts';

import { ServerCounts } from './counts.ts';
import { DecisionRules } from './decision-rules.ts';
import type { DecisionCase, DecisionStep, Reception } from './decision-schema.ts';
import type { Endpoint } from './frames.ts';
import { type DeliveryOutcome, describeOutcome } from './outcome.ts';
import { RecordingError } from './recording.ts';
import { ReplayDirector } from './replay-director.ts';

/** A TCP connection of the case, as it was made here. */
interface Connection {
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly server: Endpoint;
}

/** Segments of a way to close, `in` from the client and `out` from the server. */
const CLOSINGS: Readonly<Record<string, readonly string[]>> = {
  fin: ['in FA', 'out A', 'out FA', 'in A'],
  rsfin: ['out FA', 'in A', 'in FA', 'out A'],
  rst: ['in R'],
  rsrst: ['out R'],
  halffin: ['in FA'],
};

export class DecisionReplay {
  readonly director = new ReplayDirector();
  readonly #case: DecisionCase;
  readonly #rules: DecisionRules;
  readonly #connections = new Map<number, Connection>();
  readonly #counts: ServerCounts;

  constructor(recorded: DecisionCase) {
    this.#case = recorded;
    this.#rules = new DecisionRules(recorded);
    for (const [name, value] of Object.entries(recorded.sysctls ?? {})) this.director.set(name, value);
    if (recorded.fwmark !== undefined && recorded.mark_dst !== undefined) {
      this.director.mark({ dst: recorded.mark_dst, set: String(recorded.fwmark) });
    }
    for (const rule of this.#rules.setup()) this.director.rules(rule);
    this.#counts = new ServerCounts(this.director);
  }

  /** What differs before the first step, in words. */
  compareStart(): string[] {
    const recorded = this.#case.kernel_order;
    const seen = this.director.service.destinations.map(
      ({ address, port }) => `${formatIpv4(address)}:${port}`,
    );
    if (recorded === undefined || recorded.join(' ') === seen.join(' ')) return [];
    return [`recorded order of servers: ${recorded.join(' ')}`, `seen: ${seen.join(' ')}`];
  }

  /** Does what the step says. Returns what differs from the recording, in words. */
  step(step: DecisionStep): string[] {
    const findings = this.#do(step);
    return step.counts === undefined ? findings : [...findings, ...this.#counts.compare(step.counts)];
  }

  #do(step: DecisionStep): string[] {
    switch (step.op) {
      case 'connect':
        return this.#connect(step);
      case 'packet':
        return compareReception(step, this.#first(step), this.#servicePort(step));
      case 'close':
        return this.#exchange(step.conn, CLOSINGS[step.how] ?? []);
      case 'establish':
        return this.#exchange(step.conn, ['out SA', 'in A']);
      case 'add':
        return this.#rule(this.#rules.add(step));
      case 'edit':
        return this.#rule(this.#rules.edit(step));
      case 'del':
        return this.#rule(this.#rules.remove(step));
      case 'edit-service':
        return this.#rule(this.#rules.editService(step.scheduler, step.args));
      case 'sysctl':
        this.director.set(step.name, step.value);
        return [];
      case 'sleep':
        this.director.advance(step.seconds * 1000);
        return [];
      case 'templates':
        return this.#compareTemplates(step.list);
    }
  }

  #rule(line: string): string[] {
    try {
      this.director.rules(line);
      return [];
    } catch (error) {
      if (error instanceof RuleError) return [`the director refused "${line}": ${error.message}`];
      throw error;
    }
  }

  #connect(step: Extract<DecisionStep, { op: 'connect' }>): string[] {
    const outcome = this.#first(step);
    const findings = compareReception(step, outcome, this.#servicePort(step));
    if (outcome.to !== 'server' || this.#protocol(step) !== 'tcp') return findings;
    const { conn = this.#connections.size } = step;
    const server = { address: outcome.address, port: outcome.port };
    this.#connections.set(conn, { client: this.#client(step), virtual: this.#virtual(step), server });
    if (step.how !== 'syn') findings.push(...this.#exchange(conn, ['out SA', 'in A']));
    return findings;
  }

  /** The packet that the step is about: a SYN or a datagram. */
  #first(step: Extract<DecisionStep, { op: 'connect' | 'packet' }>): DeliveryOutcome {
    const client = this.#client(step);
    const virtual = this.#virtual(step);
    if (this.#protocol(step) === 'udp') return this.director.udpFromClient(client, virtual);
    return this.director.tcpFromClient(client, virtual, step.op === 'connect' ? 'S' : 'PA');
  }

  /** Segments of a connection. Each must get to its other end. The director sees the server's in NAT only. */
  #exchange(conn: number, segments: readonly string[]): string[] {
    const connection = this.#connections.get(conn);
    if (connection === undefined) return [`connection ${conn} was not made here`];
    const { client, virtual, server } = connection;
    const findings: string[] = [];
    for (const segment of segments) {
      const [direction, flags = ''] = segment.split(' ');
      if (direction === 'out' && this.#case.forward !== 'masq') continue;
      const isFromClient = direction === 'in';
      const outcome = isFromClient
        ? this.director.tcpFromClient(client, virtual, flags)
        : this.director.tcpFromServer(server, client, flags);
      const expected = isFromClient ? server : virtual;
      const arrived =
        outcome.to === (isFromClient ? 'server' : 'client') &&
        outcome.address === expected.address &&
        outcome.port === expected.port;
      if (!arrived)
        findings.push(`segment ${segment} of connection ${conn} went to ${describeOutcome(outcome)}`);
    }
    return findings;
  }

  #compareTemplates(recorded: readonly (readonly (string | number)[])[]): string[] {
    const { table } = this.director.core.state.connections;
    const seen = Array.from(table.rows(), (row) => connectionState(table, row, this.director.nowMs))
      .filter(({ isTemplate }) => isTemplate)
      .map(
        ({ protocol, client, virtual, server }) => `${protocol} ${client.split(':')[0]} ${virtual} ${server}`,
      );
    const wanted = recorded.map(
      ([protocol, client, virtual, vport, server, rport]) =>
        `${protocol} ${client} ${virtual}:${vport} ${server}:${rport}`,
    );
    const missing = wanted.filter((template) => !seen.includes(template));
    const extra = seen.filter((template) => !wanted.includes(template));
    return [
      ...missing.map((template) => `recorded template ${template}: not there`),
      ...extra.map((template) => `template ${template}: not recorded`),
    ];
  }

  #protocol(step: { readonly proto?: string | undefined }): string {
    return step.proto ?? this.#case.proto ?? 'tcp';
  }

  #client(step: { readonly cip: string; readonly cport: number }): Endpoint {
    return { address: step.cip, port: step.cport };
  }

  #virtual(step: { readonly vip?: string | undefined; readonly vport?: number | undefined }): Endpoint {
    const address = step.vip ?? this.#case.vip;
    if (address === undefined) throw new RecordingError(`${this.#case.name}: a step does not say which VIP`);
    return { address, port: this.#servicePort(step) };
  }

  #servicePort(step: { readonly vport?: number | undefined }): number {
    return step.vport ?? this.#case.vport ?? 80;
  }
}

function compareReception(recorded: Reception, seen: DeliveryOutcome, servicePort: number): string[] {
  const { chosen, reply } = recorded;
  const isEqual =
    chosen === null
      ? (seen.to === 'nobody' && reply === undefined) ||
        (seen.to === 'refused' && reply !== undefined && reply.startsWith(seen.answer))
      : seen.to === 'server' && seen.address === chosen && seen.port === (recorded.rport ?? servicePort);
  if (isEqual) return [];
  const wanted =
    chosen === null
      ? `nobody; the client got ${reply ?? 'nothing'}`
      : `the server ${chosen}:${recorded.rport ?? servicePort}`;
  return [`recorded: ${wanted}`, `seen:     ${describeOutcome(seen)}`];
}
