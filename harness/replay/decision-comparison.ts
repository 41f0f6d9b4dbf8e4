/** Compares what a director decided with what was recorded. What differs is told in words, a line each. */
import { connectionState, formatIpv4 } from '../../director/index.ts';
import type { Counts, Reception, Templates } from './decision-case.ts';
import { type DeliveryOutcome, describeOutcome } from './delivery-outcome.ts';
import type { ReplayDirector } from './replay-director.ts';

/** Order of the virtual service's servers. */
export function compareOrder(recorded: readonly string[] | undefined, { service }: ReplayDirector): string[] {
  const seen = service.destinations.map(({ address, port }) => `${formatIpv4(address)}:${port}`);
  if (recorded === undefined || recorded.join(' ') === seen.join(' ')) return [];
  return [`recorded order of servers: ${recorded.join(' ')}`, `seen: ${seen.join(' ')}`];
}

/** Who received a packet. */
export function compareReception(recorded: Reception, seen: DeliveryOutcome, servicePort: number): string[] {
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

/** Weight, active and inactive connections of the servers. */
export class ServerCounts {
  readonly #director: ReplayDirector;
  /** What each server showed when it was compared last. */
  #last: ReadonlyMap<string, string>;

  constructor(director: ReplayDirector) {
    this.#director = director;
    this.#last = this.#read();
  }

  /** A recording lists only servers that have changed; a change on one side alone differs too. */
  compare(recorded: Counts): string[] {
    const seen = this.#read();
    const wanted = new Map(recorded.map(([rip, ...values]) => [rip, values.join(' ')]));
    const findings: string[] = [];
    for (const [rip, values] of seen) {
      const should = wanted.get(rip) ?? this.#last.get(rip);
      if (values === should) continue;
      findings.push(
        `${rip} (weight active inactive): recorded ${wanted.get(rip) ?? 'no change'}, seen ${values}`,
      );
    }
    for (const rip of wanted.keys()) {
      if (!seen.has(rip)) findings.push(`${rip}: recorded, but not a server here`);
    }
    this.#last = new Map([...this.#last, ...seen]);
    return findings;
  }

  #read(): Map<string, string> {
    const servers = new Map<string, string>();
    for (const server of this.#director.service.destinations) {
      const { address, weight, activeConnections, inactiveConnections } = server;
      servers.set(formatIpv4(address), `${weight} ${activeConnections} ${inactiveConnections}`);
    }
    return servers;
  }
}

/** Templates of persistent connections. */
export function compareTemplates(recorded: Templates, { core, nowMs }: ReplayDirector): string[] {
  const { table } = core.state.connections;
  const seen = Array.from(table.rows(), (row) => connectionState(table, row, nowMs))
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
