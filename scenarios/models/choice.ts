/**
 * What a reference model of a scheduler is given and what it says. Each model is written from the definition of its
 * algorithm in the plainest way, from all that happened before rather than from a state that it keeps, and shares
 * nothing with the director.
 */

/** A real server at the moment of a decision. */
export interface ModelServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
  /** At its upper threshold, and so not to be chosen. */
  readonly isFull?: boolean;
}

/** What asks for a server: the first packet of a connection. */
export interface ModelRequest {
  readonly client: string;
  readonly clientPort: number;
  readonly destination: string;
}

/** A decision that was made before. */
export interface Decision {
  readonly request: ModelRequest;
  readonly server: string | undefined;
}

/**
 * The server that is to be chosen, by name, or undefined for none.
 * @param list In the scheduler’s own order: the server that was added last comes first.
 * @param past All decisions since the service was set up, oldest first.
 */
export type Model = (
  list: readonly ModelServer[],
  request: ModelRequest,
  past: readonly Decision[],
) => string | undefined;

/** Flags of a scheduler that hashes clients. */
export interface HashFlags {
  /** `sh-port`, `mh-port`: the client’s port counts too. */
  readonly withPort?: boolean;
  /** `sh-fallback`, `mh-fallback`: search on where a server is not to be had. */
  readonly withFallback?: boolean;
}

/** Goes by a table of servers, in which a client’s place is its hash. */
export interface TableModel {
  readonly of: (flags: HashFlags) => Model;
  /** The name of each slot’s server, when servers were listed with these weights. */
  readonly table: (list: readonly ModelServer[]) => readonly (string | undefined)[];
}

/** Draws at random, so that only the probability of each server is known, by its name. */
export interface RandomModel {
  readonly probabilities: (list: readonly ModelServer[]) => ReadonlyMap<string, number>;
}

export function isRandom(model: Model | TableModel | RandomModel): model is RandomModel {
  return 'probabilities' in model;
}

/** Whether a server may be given new connections at all. */
export function isEligible({ weight, isFull }: ModelServer): boolean {
  return weight > 0 && isFull !== true;
}

/** The load that lc, wlc, lblc, lblcr and twos compare: every connection counts 1, an active one 256 more. */
export function overhead({ active, inactive }: ModelServer): number {
  return 256 * active + (active + inactive);
}

/** The first of those for which `cost` is smallest. Costs may be fractions: they are compared as such. */
export function cheapest(
  servers: readonly ModelServer[],
  cost: (server: ModelServer) => number,
): ModelServer | undefined {
  const least = Math.min(...servers.map(cost));
  return servers.find((server) => cost(server) === least);
}
