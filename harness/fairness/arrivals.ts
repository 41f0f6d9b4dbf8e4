/** Requests that come at times of their own: what a queue scenario is made of. */
import { RandomNumbers } from '../../scenarios/fairness/random-numbers.ts';
import type { Arrival, QueueScenario } from '../../scenarios/fairness/scenario.ts';

const FIRST_CLIENT_PORT = 20_000;
/** Work as long as this many means is as good as never asked for; an answer should not have to wait for it. */
const LONGEST_WORK = 8;

export function arrivalsFor(
  { arrivalsPerSecond, meanWorkMs }: Pick<QueueScenario, 'arrivalsPerSecond' | 'meanWorkMs'>,
  count: number,
  seed: number,
): Arrival[] {
  const random = new RandomNumbers(seed, 'arrivals');
  const exponential = () => -Math.log(1 - random.fraction());
  let atMs = 0;
  return Array.from({ length: count }, (_, i): Arrival => {
    atMs += (exponential() * 1000) / arrivalsPerSecond;
    const client = 2 + random.below(65_000);
    return {
      atMs,
      workMs: Math.min(exponential(), LONGEST_WORK) * meanWorkMs,
      client: `10.88.${client >>> 8}.${client & 255}`,
      clientPort: FIRST_CLIENT_PORT + i,
    };
  });
}
