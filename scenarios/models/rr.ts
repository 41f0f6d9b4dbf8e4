/** Round robin: the next one in the list after the one that was chosen last, whatever the weights. */
import { isEligible, type Model } from './choice.ts';

export const rr: Model = (list, _request, past) => {
  const last = past.findLast(({ server }) => server !== undefined)?.server;
  const start = list.findIndex(({ name }) => name === last) + 1;
  return [...list.slice(start), ...list.slice(0, start)].find(isEligible)?.name;
};
