/**
 * What a scheduler’s rule promises whatever it starts with and however it breaks ties: how the decisions of a director are
 * judged that declares the policy of a scheduler, and not IPVS’s own order.
 */
import type { Decision, ModelServer } from './choice.ts';
import { schedulerFacts } from './schedulers.ts';

export interface PolicyDecision extends Decision {
  /** Servers before the decision, with their loads. */
  readonly list: readonly ModelServer[];
}

/** A decision that the policy rules out. */
export interface Breach {
  /** Its place in the sequence, from 0. */
  readonly at: number;
  /** Whom it could have gone to, in words. */
  readonly expected: string;
}

/** Whether its policy says something without its order: turns, or the least loaded server. */
export function hasPolicy(scheduler: string): boolean {
  const { takesTurns, load, evensOut } = schedulerFacts(scheduler);
  return takesTurns === true || (load === 'connections' && evensOut === true);
}

/** @throws RangeError for a scheduler without such a policy. */
export function againstPolicy(scheduler: string, decisions: readonly PolicyDecision[]): Breach[] {
  if (!hasPolicy(scheduler)) throw new RangeError(`${scheduler} has no policy apart from its order`);
  const { takesTurns, usesWeights } = schedulerFacts(scheduler);
  const weightOf = ({ weight }: ModelServer) => (usesWeights ? weight : Math.min(weight, 1));
  return takesTurns === true ? outOfTurn(decisions, weightOf) : notLeastLoaded(decisions, weightOf);
}

type WeightOf = (server: ModelServer) => number;

/** At every moment each server has had its share of all decisions, give or take one round. */
function outOfTurn(decisions: readonly PolicyDecision[], weightOf: WeightOf): Breach[] {
  const had = new Map<string, number>();
  return decisions.flatMap(({ server, list }, at) => {
    const chosen = list.find(({ name }) => name === server);
    if (server === undefined || chosen === undefined || weightOf(chosen) === 0) {
      return [{ at, expected: 'a server that has a weight' }];
    }
    const count = (had.get(server) ?? 0) + 1;
    had.set(server, count);
    const round = list.reduce((sum, one) => sum + weightOf(one), 0);
    const share = ((at + 1) * weightOf(chosen)) / round;
    // Turns of a round may come in any order: within one, a server has at most all of its own first.
    return count <= share + weightOf(chosen)
      ? []
      : [{ at, expected: `one that has had less than its share` }];
  });
}

/** The chosen server has the fewest connections for its weight, give or take one. */
function notLeastLoaded(decisions: readonly PolicyDecision[], weightOf: WeightOf): Breach[] {
  return decisions.flatMap(({ server, list }, at) => {
    const able = list.filter((one) => weightOf(one) > 0);
    const load = (one: ModelServer, more = 0) => (one.active + more) / weightOf(one);
    const least = Math.min(...able.map((one) => load(one)));
    const chosen = able.find(({ name }) => name === server);
    if (chosen !== undefined && load(chosen, -1) <= least) return [];
    const names = able.filter((one) => load(one, -1) <= least).map(({ name }) => name);
    return [{ at, expected: names.join(' or ') }];
  });
}
