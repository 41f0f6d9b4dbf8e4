/** Situations with as many servers, and such weights, as a user asks for, in place of their own. */
import { sum } from '../../statistics/shares.ts';
import type { ChosenServers, FairnessScenario } from './scenario.ts';

/** As many servers as a user can ask for. Of more than `MOST_LIVE_SERVERS`, a situation is played in memory. */
export const MOST_CHOSEN_SERVERS = 64;
export const MOST_LIVE_SERVERS = 8;

/** @param own Weights where none are asked for. */
export function chosenWeights(
  { servers, weights }: ChosenServers,
  own: readonly [number, ...number[]],
): readonly number[] {
  const pattern = weights ?? own;
  return Array.from({ length: servers ?? pattern.length }, (_, server) => {
    return pattern[server % pattern.length] as number;
  });
}

/** The server with the smallest share must be able to expect so many connections, or shares say nothing. */
const LEAST_EXPECTED = 10;
/** With real connections so many take less time than the director remembers those that ended. */
const MOST_CONNECTIONS = 2_000;

/** @param usual How many connections are made where these are enough for servers of these weights. */
export function enoughConnections(usual: number, weights: readonly number[]): number {
  const least = Math.min(...weights.filter((weight) => weight > 0));
  return Math.max(usual, Math.min(Math.ceil((LEAST_EXPECTED * sum(weights)) / least), MOST_CONNECTIONS));
}

/** @returns situations, and which of them keep their own servers and why, a sentence for each reason. */
export function withChosenServers(
  scenarios: readonly FairnessScenario[],
  chosen: ChosenServers,
): { readonly scenarios: FairnessScenario[]; readonly kept: string[] } {
  const keeping = scenarios.flatMap(({ name, withServers }) =>
    typeof withServers === 'string' ? [{ name, reason: withServers }] : [],
  );
  return {
    scenarios: scenarios.map((scenario) =>
      typeof scenario.withServers === 'string' ? scenario : scenario.withServers(chosen),
    ),
    kept: [...Map.groupBy(keeping, ({ reason }) => reason)].map(
      ([reason, own]) =>
        `With servers and weights of their own: ${own.map(({ name }) => name).join(', ')}. ${reason}`,
    ),
  };
}
