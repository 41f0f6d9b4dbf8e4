/** What a queue scenario is made of: requests that come at times of their own, and the service that they ask for. */
import { RandomNumbers } from '../../kit/random-numbers.ts';
import type { Arrival, Contender, QueueScenario } from '../scenario.ts';
import type { PlannedService } from './plan.ts';

const FIRST_CLIENT_PORT = 20_000;
/** Work longer than this many means is cut off: it hardly ever comes, and its answer would keep everybody waiting. */
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

/** The service of a queue scenario. */
export function queueService({ weights }: QueueScenario, contender: Contender): PlannedService {
  return { ...contender, weights, protocol: 'tcp', reachedBy: 'address' };
}
