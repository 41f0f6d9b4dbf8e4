/** Overflow: the highest weight among those that do not have more active connections than their weight. */
import { cheapest, isEligible, type Model } from './choice.ts';

export const ovf: Model = (list) =>
  cheapest(
    list.filter((server) => isEligible(server) && server.active <= server.weight),
    ({ weight }) => -weight,
  )?.name;
