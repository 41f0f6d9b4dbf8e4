/** Power of two choices: two servers drawn at random by weight, and of these the less loaded. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler, SchedulerEnvironment } from '../services/scheduler.ts';
import { overhead } from './least-loaded.ts';

export function powerOfTwoChoices({ destinations }: Scheduled, { random }: SchedulerEnvironment): Scheduler {
  /** An integer from 0 to `total`, both included: the first server in the list is a little likelier, as in the kernel. */
  function draw(total: number): number {
    return Math.floor((random() / 2 ** 32) * (total + 1));
  }

  /** The first eligible server at which the weights passed so far reach `mark`. */
  function at(mark: number): Destination | undefined {
    let left = mark;
    for (let i = 0; i < destinations.length; i++) {
      const candidate = destinations[i] as Destination;
      if (!candidate.eligible) continue;
      left -= candidate.weight;
      if (left <= 0) return candidate;
    }
    return undefined;
  }

  function pick(): Destination | undefined {
    let total = 0;
    for (let i = 0; i < destinations.length; i++) {
      const candidate = destinations[i] as Destination;
      if (candidate.eligible) total += candidate.weight;
    }
    if (total === 0) return undefined;
    const first = at(draw(total)) as Destination;
    const second = at(draw(total)) as Destination;
    const secondIsLighter =
      Math.imul(second.weight, overhead(first)) > Math.imul(first.weight, overhead(second));
    return secondIsLighter ? second : first;
  }

  return { name: 'twos', pick };
}
