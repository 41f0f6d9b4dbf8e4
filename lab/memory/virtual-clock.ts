/** Time that passes only when told to: what is due happens in order of time, and of being planned. */
import type { StationTime } from '../stations/station.ts';

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
  isCancelled: boolean;
}

export class VirtualClock implements StationTime {
  #nowMs = 0;
  #planned = 0;
  /** A binary heap: the earliest event is the first. */
  readonly #heap: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How long it is until something happens; undefined where nothing is planned. */
  get dueInMs(): number | undefined {
    while (this.#heap[0]?.isCancelled) this.#pop();
    const next = this.#heap[0];
    return next && next.atMs - this.#nowMs;
  }

  after(ms: number, action: () => void): { cancel(): void } {
    const event: Event = { atMs: this.#nowMs + ms, order: this.#planned++, action, isCancelled: false };
    this.#push(event);
    return {
      cancel: () => {
        event.isCancelled = true;
      },
    };
  }

  /** Calls `action` again and again. */
  every(ms: number, action: () => void): void {
    const again = () => {
      action();
      this.after(ms, again);
    };
    this.after(ms, again);
  }

  /** Lets time pass, and with it happen what is due. Ends early, at that time, once `isDone` says so after an event. */
  advance(ms: number, isDone: () => boolean = () => false): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#pop();
      if (next.isCancelled) continue;
      this.#nowMs = next.atMs;
      next.action();
      if (isDone()) return;
    }
    this.#nowMs = endMs;
  }

  async until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (!condition()) this.advance(timeoutMs, condition);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Event;
      if (!isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Event)) child++;
      const below = heap[child] as Event;
      if (!isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
