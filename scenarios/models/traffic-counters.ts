/** What a service and each of its servers should have counted, whatever servers come and go meanwhile. */

/** As `ipvsadm --stats` lists them. */
export interface Counted {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

const NOTHING: Counted = { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 };

export class TrafficCounters {
  #service = NOTHING;
  readonly #servers = new Map<string, Counted>();
  /** Of servers that were added again without a connection: what they counted since. They may have been forgotten before. */
  readonly #sinceAdded = new Map<string, Counted>();

  /** A packet that was forwarded to a server. @param opens Whether a server was chosen for it. */
  request(server: string, bytes: number, opens: boolean): void {
    this.#count(server, { ...NOTHING, connections: Number(opens), inPackets: 1, inBytes: bytes });
  }

  /** A packet from a server that still serves. */
  reply(server: string, bytes: number): void {
    this.#count(server, { ...NOTHING, outPackets: 1, outBytes: bytes });
  }

  /** One that comes back goes on from what it had, unless nothing led to it and it was forgotten. */
  added(server: string, hasConnections: boolean): void {
    if (hasConnections) this.#sinceAdded.delete(server);
    else this.#sinceAdded.set(server, NOTHING);
  }

  get service(): Counted {
    return this.#service;
  }

  /** @param seen What it shows: decides whether one that came back without connections had been forgotten. */
  serverThatShows(server: string, seen: Counted | undefined): Counted {
    const sinceAdded = this.#sinceAdded.get(server);
    this.#sinceAdded.delete(server);
    if (sinceAdded !== undefined && seen?.inBytes === sinceAdded.inBytes)
      this.#servers.set(server, sinceAdded);
    return this.#servers.get(server) ?? NOTHING;
  }

  #count(server: string, change: Counted): void {
    this.#service = sum(this.#service, change);
    this.#servers.set(server, sum(this.#servers.get(server) ?? NOTHING, change));
    const sinceAdded = this.#sinceAdded.get(server);
    if (sinceAdded !== undefined) this.#sinceAdded.set(server, sum(sinceAdded, change));
  }
}

function sum(a: Counted, b: Counted): Counted {
  return {
    connections: a.connections + b.connections,
    inPackets: a.inPackets + b.inPackets,
    outPackets: a.outPackets + b.outPackets,
    inBytes: a.inBytes + b.inBytes,
    outBytes: a.outBytes + b.outBytes,
  };
}
