/** Weighted least connections: the smallest load for each unit of weight. */
import { cheapest, isEligible, type Model, type ModelServer, overhead } from './choice.ts';

export const wlc: Model = (list) => leastLoadedForItsWeight(list)?.name;

export function leastLoadedForItsWeight(list: readonly ModelServer[]): ModelServer | undefined {
  return cheapest(list.filter(isEligible), (server) => overhead(server) / server.weight);
}
