import type { ServerShare } from './result.ts';

/** What a server got, as a fraction of all connections, against what its weight entitles it to. */
export interface Share {
  readonly server: ServerShare;
  /** 0 to 1 */
  readonly seen: number;
  /** Weight over the sum of weights; 0 to 1. */
  readonly byWeight: number;
}

/** Shares of all servers of a session, in their order. All `seen` are 0 if no connection arrived anywhere. */
export function sharesOf(servers: readonly ServerShare[]): Share[] {
  const connections = servers.reduce((sum, server) => sum + server.connections, 0);
  const weights = servers.reduce((sum, server) => sum + Math.max(0, server.weight), 0);
  return servers.map((server) => ({
    server,
    seen: connections > 0 ? server.connections / connections : 0,
    byWeight: weights > 0 ? Math.max(0, server.weight) / weights : 0,
  }));
}

/** The `limit` shares that differ most from what the weight says, in the servers' order. */
export function farthestFromWeight(shares: readonly Share[], limit: number): Share[] {
  if (shares.length <= limit) return [...shares];
  const distance = ({ seen, byWeight }: Share) => Math.abs(seen - byWeight);
  const chosen = new Set([...shares].sort((a, b) => distance(b) - distance(a)).slice(0, limit));
  return shares.filter((share) => chosen.has(share));
}
