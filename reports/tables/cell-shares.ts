/** What the servers got with one scheduler in one mode, and what the scheduler’s rule entitles them to. */
import type { Session } from '../result.ts';
import type { FairnessResult } from '../result-figures.ts';
import { sharesOf } from '../shares.ts';

export interface CellShare {
  readonly host: string;
  /** Of all connections; 0 to 1. */
  readonly seen: number;
  /** Absent where the rule promises none. */
  readonly expected?: number;
}

/** The situation that shows best what a scheduler makes of weights. */
export const SHARES_SITUATION = 'weights';

/** From servers of unequal weight where such were measured, else from the session’s own traffic; none where there was neither. */
export function cellShares(
  fairness: readonly FairnessResult[],
  sessions: readonly Pick<Session, 'servers'>[],
): CellShare[] {
  const measured = fairness.find(
    ({ situation, servers }) => situation === SHARES_SITUATION && servers.length > 0,
  );
  const all = measured?.servers.reduce((sum, { connections }) => sum + connections, 0) ?? 0;
  if (measured !== undefined && all > 0) {
    return measured.servers.map(({ host, connections, idealShare }) => ({
      host,
      seen: connections / all,
      ...(idealShare !== undefined && { expected: idealShare }),
    }));
  }
  const [session] = sessions;
  const shares = sharesOf(session?.servers ?? []);
  return shares.some(({ seen }) => seen > 0)
    ? shares.map(({ server, seen }) => ({ host: server.host, seen }))
    : [];
}
