/** Weighted failover: the highest weight takes everything. */
import { cheapest, isEligible, type Model } from './choice.ts';

export const fo: Model = (list) => cheapest(list.filter(isEligible), ({ weight }) => -weight)?.name;
