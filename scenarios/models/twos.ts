/**
 * Power of two choices: two servers are drawn independently, by weight, and of the two the one with the smaller load
 * for its weight is chosen, the first one where they are equal. What is random about it is told by probabilities.
 */
import { isEligible, type ModelServer, overhead } from './choice.ts';

/** The probability of each server, by name, for one decision. */
export function twosProbabilities(list: readonly ModelServer[]): Map<string, number> {
  const servers = list.filter(isEligible);
  const total = servers.reduce((sum, { weight }) => sum + weight, 0);
  // A number from 0 to the total, both included: the first server in the list owns one number more than its weight.
  const drawn = Array.from({ length: total + 1 }, (_, number) => ownerOf(number, servers));
  const probabilities = new Map(servers.map(({ name }) => [name, 0]));
  for (const first of drawn) {
    for (const second of drawn) {
      const { name } = isLighter(second, first) ? second : first;
      probabilities.set(name, probabilities.get(name)! + 1 / drawn.length ** 2);
    }
  }
  return probabilities;
}

function ownerOf(number: number, servers: readonly ModelServer[]): ModelServer {
  let left = number;
  for (const server of servers) {
    left -= server.weight;
    if (left <= 0) return server;
  }
  throw new RangeError(`${number} is more than the sum of the weights`);
}

function isLighter(one: ModelServer, other: ModelServer): boolean {
  return overhead(one) / one.weight < overhead(other) / other.weight;
}
