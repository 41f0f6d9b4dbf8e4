import type { ServerShare } from './result.ts';
import type { FairnessResult } from './result-figures.ts';

/** What a server got, as a fraction of all connections, against what its weight entitles it to. */
export interface Share {
  readonly server: ServerShare;
  /** 0 to 1 */
  readonly seen: number;
  /** What it is entitled to, 0 to 1: weight over the sum of weights, or by the scheduler’s rule. */
  readonly entitled: number;
}

/** Shares of all servers of a session, in their order. All `seen` are 0 if no connection arrived anywhere. */
export function sharesOf(servers: readonly ServerShare[]): Share[] {
  const connections = servers.reduce((sum, server) => sum + server.connections, 0);
  const weights = servers.reduce((sum, server) => sum + Math.max(0, server.weight), 0);
  return servers.map((server) => ({
    server,
    seen: connections > 0 ? server.connections / connections : 0,
    entitled: weights > 0 ? Math.max(0, server.weight) / weights : 0,
  }));
}

/**
 * The same, held against what the scheduler’s rule entitles servers to: known from a fairness result of servers with the
 * same names and weights. Undefined where there is none, or where the rule promises nothing.
 */
export function sharesByRule(
  servers: readonly ServerShare[],
  fairness: readonly FairnessResult[],
): Share[] | undefined {
  const known = fairness.find(
    ({ lab, servers: own }) =>
      lab === 'live' &&
      own.length === servers.length &&
      own.every(
        ({ host, weight, idealShare }, index) =>
          host === servers[index]?.host && weight === servers[index].weight && idealShare !== undefined,
      ),
  )?.servers;
  return (
    known && sharesOf(servers).map((share, index) => ({ ...share, entitled: known[index]?.idealShare ?? 0 }))
  );
}

/** The `limit` shares that differ most from what the weight says, in the servers' order. */
export function farthestFromWeight(shares: readonly Share[], limit: number): Share[] {
  if (shares.length <= limit) return [...shares];
  const distance = ({ seen, entitled }: Share) => Math.abs(seen - entitled);
  const chosen = new Set([...shares].sort((a, b) => distance(b) - distance(a)).slice(0, limit));
  return shares.filter((share) => chosen.has(share));
}
