/** Time as it really passes, for stations on packet sockets: from the first frame of a script until its end. */
import type { StationTime } from '../stations/station.ts';

interface Waiting {
  readonly condition: () => boolean;
  readonly done: () => void;
}

export interface RealTimeEvents {
  /** Told what a timer’s action or a condition throws. */
  readonly fail: (error: unknown) => void;
  /** Resolves when what is under way has arrived. On a busy machine frames come late; that does not mean that none came. */
  readonly settle: () => Promise<void>;
}

export class RealTime implements StationTime {
  readonly #events: RealTimeEvents;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #waiting = new Set<Waiting>();
  #startedMs: number | undefined;
  /** Time that was let pass on purpose, and that was waited in vain. */
  #passedMs = 0;
  #waitedMs = 0;
  #ended = false;

  constructor(events: RealTimeEvents) {
    this.#events = events;
  }

  get nowMs(): number {
    return performance.now();
  }

  /** To be called when a frame is sent: before the first one nothing that goes by time has begun. */
  begin(): void {
    this.#startedMs ??= performance.now() - this.#passedMs - this.#waitedMs;
  }

  /** How much longer everything has taken than it was meant to: on a busy machine, time that others had. */
  get lateMs(): number {
    if (this.#startedMs === undefined) return 0;
    return performance.now() - this.#startedMs - this.#passedMs - this.#waitedMs;
  }

  /** Whether time was let pass on purpose: what happened may then depend on how much it really was. */
  get hasPassed(): boolean {
    return this.#passedMs > 0;
  }

  after(ms: number, action: () => void): { cancel(): void } {
    // Somebody may still plan something when everything is over.
    if (this.#ended) return { cancel: () => undefined };
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#try(action);
    }, ms);
    this.#timers.add(timer);
    return {
      cancel: () => {
        clearTimeout(timer);
        this.#timers.delete(timer);
      },
    };
  }

  until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.after(timeoutMs, () => {
      this.#waitedMs += timeoutMs;
      this.#events.settle().then(waiting.done, this.#events.fail);
    });
    const waiting: Waiting = {
      condition,
      done: () => {
        this.#waiting.delete(waiting);
        timer.cancel();
        resolve();
      },
    };
    this.#waiting.add(waiting);
    return promise;
  }

  /** Resolves when so much time has passed. */
  passed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, () => {
        this.#passedMs += ms;
        resolve();
      });
    });
  }

  /** To be called when frames have been dealt with: conditions are looked at. */
  progress(): void {
    for (const waiting of this.#waiting) {
      this.#try(() => {
        if (waiting.condition()) waiting.done();
      });
    }
  }

  /** Nothing that was planned happens any more, and who waits waits for ever. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#events.fail(error);
    }
  }
}
