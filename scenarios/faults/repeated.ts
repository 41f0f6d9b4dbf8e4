/** What several goes at one fault come to. */
import { median } from '../../statistics/quantiles.ts';
import type { FaultOutcome } from './judge.ts';
import type { Fate } from './observation.ts';

/**
 * Of the same traffic. The first one that did not pass says why; connections are added up, and the longest silence stays,
 * with the median of them.
 */
export function uniteOutcomes(outcomes: readonly [FaultOutcome, ...FaultOutcome[]]): FaultOutcome {
  const [first, ...more] = outcomes;
  const silences = outcomes.flatMap(({ silenceMs }) => silenceMs ?? []);
  const silenceP50Ms = silences.length > 1 ? { silenceP50Ms: median(silences) } : {};
  return { ...more.reduce(united, first), ...silenceP50Ms };
}

function united(before: FaultOutcome, next: FaultOutcome): FaultOutcome {
  const worse = severity(next) > severity(before) ? next : before;
  const affected: Partial<Record<Fate, number>> = { ...before.affected };
  for (const [fate, count] of Object.entries(next.affected) as [Fate, number][]) {
    affected[fate] = (affected[fate] ?? 0) + count;
  }
  const silences = [before, next].flatMap(({ silenceMs }) => silenceMs ?? []);
  return {
    ...worse,
    affected,
    others: {
      connections: before.others.connections + next.others.connections,
      harmed: before.others.harmed + next.others.harmed,
    },
    lost: before.lost + next.lost,
    ...(silences.length > 0 && { silenceMs: Math.max(...silences) }),
  };
}

function severity({ status }: FaultOutcome): number {
  return ['passed', 'error', 'failed'].indexOf(status);
}
