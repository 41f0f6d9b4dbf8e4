/**
 * Weighted round robin: rounds with a falling bar; in each round every server whose weight reaches the bar is picked
 * once. Over one full cycle each server gets its weight's share.
 */
import type { Destination } from '../services/destination.ts';
import type { Scheduler } from './scheduler.ts';

/** Place of the walk before the first server. */
const HEAD = -1;

export function weightedRoundRobin(destinations: readonly Destination[]): Scheduler {
  /** Server picked last. */
  let last: Destination | undefined;
  /** By how much the bar falls after a round: the weights' greatest common divisor. */
  let step = 1;
  let highestBar = 0;
  let bar = 0;

  function measure(): void {
    step = greatestCommonWeight(destinations);
    highestBar = Math.max(0, ...destinations.map((destination) => destination.weight));
    if (highestBar > 0) highestBar -= step - 1;
  }

  function recompute(): void {
    last = undefined;
    measure();
    if (bar > highestBar || bar === 0) bar = highestBar;
    else if (step > 1) bar = Math.floor(bar / step) * step + 1;
  }

  function pick(): Destination | undefined {
    if (highestBar === 0) return undefined;
    const start = last;
    let position = start === undefined ? HEAD : destinations.indexOf(start);
    let stop: Destination | undefined;
    let restarted = false;
    let lastPass = false;
    for (;;) {
      for (position++; position < destinations.length; position++) {
        const candidate = destinations[position] as Destination;
        if (!candidate.overloaded && candidate.weight >= bar) {
          last = candidate;
          return candidate;
        }
        if (candidate === stop) {
          last = candidate;
          return undefined;
        }
      }
      position = HEAD;
      bar -= step;
      if (bar <= 0) {
        bar = highestBar;
        if (lastPass || start === undefined) {
          last = undefined;
          return undefined;
        }
        restarted = true;
      }
      lastPass = bar <= step;
      if (lastPass && restarted && start !== undefined) stop = start;
    }
  }

  measure();
  bar = highestBar;
  return { name: 'wrr', pick, added: recompute, removed: recompute, edited: recompute };
}

function greatestCommonWeight(destinations: readonly Destination[]): number {
  let common = 0;
  for (const { weight } of destinations) {
    let a = common;
    let b = weight;
    while (b > 0) [a, b] = [b, a % b];
    if (weight > 0) common = a;
  }
  return common === 0 ? 1 : common;
}
