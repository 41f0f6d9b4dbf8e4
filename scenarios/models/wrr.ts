/**
 * Weighted round robin: rounds under a falling bar. In each round every server whose weight reaches the bar is chosen
 * once. The bar falls by the greatest common divisor of the weights, from the highest weight down to the divisor; then
 * it begins anew. Where servers were added one by one to an empty service, the bar of the very first round is 1.
 */
import { isEligible, type Model, type ModelServer } from './choice.ts';

export const wrr: Model = (list, request, past) => {
  const everybody = list.filter(isEligible).map(({ name }) => name);
  if (past.length < everybody.length) return everybody[past.length];
  return wrrAfterEdit(list, request, past.slice(everybody.length));
};

/** For a service that had its servers already when it was given this scheduler: the first bar is the highest weight. */
export const wrrAfterEdit: Model = (list, _request, past) => {
  const servers = list.filter(isEligible);
  if (servers.length === 0) return undefined;
  const cycle = cycleOf(servers);
  return cycle[past.length % cycle.length];
};

/** The order in which a full turn, from the highest bar to the lowest, visits the servers. */
function cycleOf(servers: readonly ModelServer[]): string[] {
  const weights = servers.map(({ weight }) => weight);
  const step = commonDivisor(weights);
  const cycle: string[] = [];
  for (let bar = Math.max(...weights); bar > 0; bar -= step) {
    cycle.push(...servers.filter(({ weight }) => weight >= bar).map(({ name }) => name));
  }
  return cycle;
}

function commonDivisor(weights: readonly number[]): number {
  let divisor = Math.min(...weights);
  while (weights.some((weight) => weight % divisor !== 0)) divisor--;
  return divisor;
}
