/** A shard’s share of what is played. */
import type { SessionCase } from '../../scenarios/kit/session-case.ts';
import type { Part } from '../bench/options.ts';
import type { PlannedCase } from '../conformance/planned-case.ts';
import { type Shard, shareOf, shareOfEach } from './shard.ts';

interface Plan {
  /** Played one by one: each is a piece of work of its own. */
  readonly cases?: readonly PlannedCase[];
  /** Judged from one session: together they are one piece of work. */
  readonly scenarios?: readonly SessionCase[];
}

/** Plans with nothing to do are left out. */
export function sharedPlans<One extends Plan>(plans: readonly One[], shard: Shard | undefined): One[] {
  if (shard === undefined) return [...plans];
  const cases = shareOfEach(
    plans.map((plan) => plan.cases ?? []),
    shard,
  );
  const sessions = new Set(shareOf(plans.filter(hasSession), shard));
  return plans
    .map((plan, i) => ({
      ...plan,
      ...(plan.cases && { cases: cases[i] }),
      ...(plan.scenarios && { scenarios: sessions.has(plan) ? plan.scenarios : [] }),
    }))
    .filter((plan) => hasSession(plan) || (plan.cases ?? []).length > 0);
}

/**
 * Cases are dealt; all of the throughput goes to one, since timings of several machines are no comparison, and all of the
 * fairness to one, since what a director draws at random depends on what it has done before.
 */
export function sharedParts(parts: readonly Part[], shard: Shard | undefined): Part[] {
  const whole = shareOf(
    parts.filter((part) => part !== 'conformance'),
    shard,
  );
  return parts.filter((part) => part === 'conformance' || whole.includes(part));
}

function hasSession({ scenarios = [] }: Plan): boolean {
  return scenarios.length > 0;
}
