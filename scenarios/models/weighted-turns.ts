/**
 * Weighted round robin on a list that changes. Every change makes it begin at the head of the list again, under the bar that it
 * has reached, which is fitted to the new weights.
 */
import type { ModelServer } from './choice.ts';
import type { Scheduling, Servers } from './scheduling.ts';

export class WeightedTurns implements Scheduling {
  /** Place behind the one chosen last. */
  #next = 0;
  #bar = 0;
  #step = 1;
  #highest = 0;

  constructor(listed: readonly ModelServer[]) {
    this.#measure(listed);
    this.#bar = this.#highest;
  }

  choose({ listed }: Servers): string | undefined {
    if (this.#highest === 0) return undefined;
    const reaches = (one: ModelServer) => one.isFull !== true && one.weight >= this.#bar;
    const began = this.#next;
    const first = listed.findIndex((one, at) => at >= began && reaches(one));
    if (first >= 0) return this.#take(listed, first);
    // From the head under one bar after the other, until all have been asked under each.
    let isLowest = false;
    let isRestarted = false;
    for (;;) {
      this.#bar -= this.#step;
      if (this.#bar <= 0) {
        this.#bar = this.#highest;
        if (isLowest || began === 0) {
          this.#next = 0;
          return undefined;
        }
        isRestarted = true;
      }
      isLowest = this.#bar <= this.#step;
      const isLast = isLowest && isRestarted && began > 0;
      const found = listed.findIndex((one, at) => (!isLast || at < began) && reaches(one));
      if (found >= 0) return this.#take(listed, found);
      if (isLast) {
        this.#next = began;
        return undefined;
      }
    }
  }

  added(listed: readonly ModelServer[]): void {
    this.#restart(listed);
  }

  removed(_index: number, left: readonly ModelServer[]): void {
    this.#restart(left);
  }

  edited(listed: readonly ModelServer[]): void {
    this.#restart(listed);
  }

  #take(listed: readonly ModelServer[], at: number): string | undefined {
    this.#next = at + 1;
    return listed[at]?.name;
  }

  #restart(listed: readonly ModelServer[]): void {
    this.#next = 0;
    this.#measure(listed);
    if (this.#bar === 0 || this.#bar > this.#highest) this.#bar = this.#highest;
    else if (this.#step > 1) this.#bar = this.#bar - (this.#bar % this.#step) + 1;
  }

  /** The bar falls by the greatest common divisor of the weights, from the highest one that is a step from nothing. */
  #measure(listed: readonly ModelServer[]): void {
    const weights = listed.map(({ weight }) => weight).filter((weight) => weight > 0);
    const most = Math.max(0, ...weights);
    this.#step = most || 1;
    while (weights.some((weight) => weight % this.#step !== 0)) this.#step--;
    this.#highest = most - (this.#step - 1);
  }
}
