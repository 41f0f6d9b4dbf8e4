/**
 * Weighted round robin: rounds with a falling bar; in each round every server whose weight reaches the bar is picked
 * once. Over one full cycle each server gets its weight's share.
 */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { measureWeights } from './weights.ts';

/** Place of the walk before the first server, as an index. */
const HEAD = -1;
const NOWHERE = -2;

export function weightedRoundRobin({ destinations }: Scheduled): Scheduler {
  /** Index of the server picked last. The list only changes together with `recompute`, which forgets it. */
  let last = HEAD;
  /** By how much the bar falls after a round: the weights' greatest common divisor. */
  let step = 1;
  let highestBar = 0;
  let bar = 0;

  function measure(): void {
    const { divisor, highest } = measureWeights(destinations.map(({ weight }) => weight));
    step = divisor || 1;
    highestBar = highest - (step - 1);
  }

  function recompute(): void {
    last = HEAD;
    measure();
    if (bar > highestBar || bar === 0) bar = highestBar;
    else if (step > 1) bar = Math.floor(bar / step) * step + 1;
  }

  function pick(): Destination | undefined {
    if (highestBar === 0) return undefined;
    const start = last;
    let index = start;
    let stop = NOWHERE;
    let restarted = false;
    let lastPass = false;
    for (;;) {
      for (index++; index < destinations.length; index++) {
        const candidate = destinations[index] as Destination;
        if (!candidate.overloaded && candidate.weight >= bar) {
          last = index;
          return candidate;
        }
        if (index === stop) {
          last = index;
          return undefined;
        }
      }
      index = HEAD;
      bar -= step;
      if (bar <= 0) {
        bar = highestBar;
        if (lastPass || start === HEAD) {
          last = HEAD;
          return undefined;
        }
        restarted = true;
      }
      lastPass = bar <= step;
      if (lastPass && restarted && start !== HEAD) stop = start;
    }
  }

  measure();
  bar = highestBar;
  return {
    name: 'wrr',
    pick,
    added: recompute,
    removed: recompute,
    edited: recompute,
    image: () => [last, bar],
    restore(image) {
      [last, bar] = image as [number, number];
    },
    inspect: () => ({ 'picked last (index)': last, bar, 'highest bar': highestBar, step }),
  };
}
