/** Weights and counts of the servers, as recordings tell them: only what has changed since they were told last. */
import { formatIpv4 } from '../../director/index.ts';
import type { Counts } from './decision-schema.ts';
import type { ReplayDirector } from './replay-director.ts';

export class ServerCounts {
  readonly #director: ReplayDirector;
  /** What each server showed when it was compared last. */
  #last: ReadonlyMap<string, string>;

  constructor(director: ReplayDirector) {
    this.#director = director;
    this.#last = this.#read();
  }

  /** Compares with what was recorded, and in both directions what changed at all. Returns what differs, in words. */
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
