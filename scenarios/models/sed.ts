/** Shortest expected delay: where one active connection more would mean the least for each unit of weight. */
import { cheapest, isEligible, type Model } from './choice.ts';

export const sed: Model = (list) =>
  cheapest(list.filter(isEligible), ({ active, weight }) => (active + 1) / weight)?.name;
