/** Never queue: the first server without an active connection; where all have one, as shortest expected delay. */
import { cheapest, isEligible, type Model } from './choice.ts';

export const nq: Model = (list) => {
  const servers = list.filter(isEligible);
  const idle = servers.find(({ active }) => active === 0);
  return (idle ?? cheapest(servers, ({ active, weight }) => (active + 1) / weight))?.name;
};
