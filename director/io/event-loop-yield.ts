/** Node's own affairs (control socket, timers, programs it started), beside which frames are worked on in one thread. */
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest time for which Node's event loop waits while there are frames. */
export const TURN_MS = 2;

export class EventLoopYield {
  #lastMs = 0;
  #isQuiet = false;
  /** How many wait for their next turn. */
  #waiting = 0;

  /**
   * Whether the event loop waits for all that it knows of, and nothing was ready: only then may a wait on its descriptor
   * hold it up. A descriptor that comes up in one turn, such as a connection's, is waited for only from the next one on.
   */
  get isQuiet(): boolean {
    return this.#isQuiet && this.#waiting === 0;
  }

  /** One turn for work that is done beside packets and goes on after it: no event tells the loop of that. */
  async turnBeside(): Promise<void> {
    this.#waiting++;
    await nextTurn();
    this.#waiting--;
  }

  /** The event loop has something to do, or was given something. */
  wake(): void {
    this.#isQuiet = false;
  }

  isDue(nowMs: number): boolean {
    return !this.isQuiet || nowMs - this.#lastMs >= TURN_MS;
  }

  /** One turn; all is quiet after one in which nothing happened. */
  async yieldNow(nowMs: number): Promise<void> {
    const before = performance.nodeTiming.uvMetricsInfo.events;
    await nextTurn();
    this.#isQuiet = performance.nodeTiming.uvMetricsInfo.events === before;
    this.#lastMs = nowMs;
  }
}
