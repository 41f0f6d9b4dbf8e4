/** Replays recorded decisions: which server each connection went to, and what was counted then. */
import { RuleError } from '../../director/index.ts';
import { type DecisionCase, DecisionRules, type DecisionStep, decisionsSchema } from './decision-case.ts';
import { compareOrder, compareReception, compareTemplates, ServerCounts } from './decision-comparison.ts';
import { type DeliveryOutcome, describeOutcome } from './delivery-outcome.ts';
import { type Endpoint, tcpFromClient, tcpFromServer, udpFromClient } from './frames.ts';
import { type CaseResult, RecordingError, type RecordingFormat, readAs } from './recording.ts';
import { ReplayDirector } from './replay-director.ts';
import { type CaseReplay, replaySteps } from './replay-steps.ts';

export const decisions: RecordingFormat = {
  name: 'decisions',
  recognises: ({ json }) =>
    typeof json === 'object' && json !== null && 'scheduler' in json && 'cases' in json,
  replay: (file) => readAs(decisionsSchema, file, decisions.name).cases.map(replayCase),
};

function replayCase(recorded: DecisionCase): CaseResult {
  return replaySteps(recorded.name, recorded.steps, () => new DecisionReplay(recorded), describe);
}

function describe({ counts: _counts, ...step }: DecisionStep): string {
  return JSON.stringify(step);
}

/** A TCP connection of the case, as it was made in the replay. */
interface Connection {
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly server: Endpoint;
}

/** The segments of each way to close a connection: `in` from the client, `out` from the server. */
const CLOSINGS: Readonly<Record<string, readonly string[]>> = {
  fin: ['in FA', 'out A', 'out FA', 'in A'],
  rsfin: ['out FA', 'in A', 'in FA', 'out A'],
  rst: ['in R'],
  rsrst: ['out R'],
  halffin: ['in FA'],
};

class DecisionReplay implements CaseReplay<DecisionStep> {
  readonly #director = new ReplayDirector();
  readonly #case: DecisionCase;
  readonly #rules: DecisionRules;
  readonly #connections = new Map<number, Connection>();
  readonly #counts: ServerCounts;

  constructor(recorded: DecisionCase) {
    this.#case = recorded;
    this.#rules = new DecisionRules(recorded);
    for (const [name, value] of Object.entries(recorded.sysctls ?? {})) this.#director.set(name, value);
    if (recorded.fwmark !== undefined && recorded.mark_dst !== undefined) {
      this.#director.mark({ dst: recorded.mark_dst, set: String(recorded.fwmark) });
    }
    for (const rule of this.#rules.setup()) this.#director.rules(rule);
    this.#counts = new ServerCounts(this.#director);
  }

  describe(): string[] {
    return this.#director.describe();
  }

  compareStart(): string[] {
    return compareOrder(this.#case.kernel_order, this.#director);
  }

  step(step: DecisionStep): string[] {
    const findings = this.#do(step);
    return step.counts === undefined ? findings : [...findings, ...this.#counts.compare(step.counts)];
  }

  #do(step: DecisionStep): string[] {
    switch (step.op) {
      case 'connect':
        return this.#connect(step);
      case 'packet':
        return compareReception(step, this.#send(step), this.#servicePort(step));
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
        this.#director.set(step.name, step.value);
        return [];
      case 'sleep':
        this.#director.advance(step.seconds * 1000);
        return [];
      case 'templates':
        return compareTemplates(step.list, this.#director);
    }
  }

  #rule(line: string): string[] {
    try {
      this.#director.rules(line);
      return [];
    } catch (error) {
      if (error instanceof RuleError) return [`the director refused "${line}": ${error.message}`];
      throw error;
    }
  }

  #connect(step: Extract<DecisionStep, { op: 'connect' }>): string[] {
    const outcome = this.#send(step);
    const findings = compareReception(step, outcome, this.#servicePort(step));
    if (outcome.to !== 'server' || this.#protocol(step) !== 'tcp') return findings;
    const { conn = this.#connections.size } = step;
    const server = { address: outcome.address, port: outcome.port };
    this.#connections.set(conn, { client: this.#client(step), virtual: this.#virtual(step), server });
    if (step.how !== 'syn') findings.push(...this.#exchange(conn, ['out SA', 'in A']));
    return findings;
  }

  /** Sends the packet of the step: a TCP segment or a datagram. */
  #send(step: Extract<DecisionStep, { op: 'connect' | 'packet' }>): DeliveryOutcome {
    const client = this.#client(step);
    const virtual = this.#virtual(step);
    if (this.#protocol(step) === 'udp') return this.#director.fromClient(udpFromClient(client, virtual));
    return this.#director.fromClient(tcpFromClient(client, virtual, step.op === 'connect' ? 'S' : 'PA'));
  }

  /** Exchanges segments, each of which must reach the other end. The director sees the server's under NAT only. */
  #exchange(conn: number, segments: readonly string[]): string[] {
    const connection = this.#connections.get(conn);
    if (connection === undefined) return [`connection ${conn} was never made`];
    const { client, virtual, server } = connection;
    const findings: string[] = [];
    for (const segment of segments) {
      const [direction, flags = ''] = segment.split(' ');
      if (direction === 'out' && this.#case.forward !== 'masq') continue;
      const isFromClient = direction === 'in';
      const outcome = isFromClient
        ? this.#director.fromClient(tcpFromClient(client, virtual, flags))
        : this.#director.fromServer(tcpFromServer(server, client, flags));
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
