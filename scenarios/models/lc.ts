/** Least connections: the smallest load; a weight only says whether a server takes part. */
import { cheapest, isEligible, type Model, overhead } from './choice.ts';

export const lc: Model = (list) => cheapest(list.filter(isEligible), overhead)?.name;
