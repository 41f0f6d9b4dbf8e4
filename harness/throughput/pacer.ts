/**
 * Hands out the moments at which requests are due: at even intervals, whatever happens to earlier ones. A moment that finds
 * no connection free waits for one, and the time it waits counts as latency: without that, a server that stalls would be
 * asked less while it stalls, and its latency would look better than users would find it (coordinated omission).
 *
 * autocannon's own `overallRate` does not do: it sends each second's requests in one burst at its beginning, and corrects
 * latencies as if a request had been due every millisecond.
 */

import type { Client } from 'autocannon';
import { afterMicroseconds } from '../../native/sleep.ts';

/** Sends a request. @param dueMs when it should have been sent. */
type Sender = (dueMs: number) => void;

/** Time in milliseconds, and waiting. */
export interface Clock {
  now(): number;
  after(milliseconds: number, callback: () => void): void;
}

const realClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => afterMicroseconds(milliseconds * 1000, callback),
};

export class Pacer {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #startMs: number;
  readonly #durationMs: number;
  readonly #free: Sender[] = [];
  /** Moments handed out so far. */
  #count = 0;
  #isWaiting = false;

  /** @param startMs of the first request. */
  constructor(perSecond: number, startMs: number, durationMs: number, clock = realClock) {
    this.#clock = clock;
    this.#intervalMs = 1000 / perSecond;
    this.#startMs = startMs;
    this.#durationMs = durationMs;
  }

  /** Requests that are due in all. */
  get total(): number {
    return Math.ceil(this.#durationMs / this.#intervalMs);
  }

  /** A connection is free: it sends as soon as something is due. */
  offer(send: Sender): void {
    this.#free.push(send);
    this.#handOut();
  }

  /** Nothing more is due. */
  stop(): void {
    this.#count = this.total;
    this.#free.length = 0;
  }

  #handOut(): void {
    const nowMs = this.#clock.now();
    while (this.#free.length > 0 && this.#count < this.total && this.#dueMs <= nowMs) {
      const dueMs = this.#dueMs;
      this.#count++;
      this.#free.shift()?.(dueMs);
    }
    if (this.#isWaiting || this.#free.length === 0 || this.#count >= this.total) return;
    this.#isWaiting = true;
    this.#clock.after(this.#dueMs - nowMs, () => {
      this.#isWaiting = false;
      this.#handOut();
    });
  }

  get #dueMs(): number {
    return this.#startMs + this.#count * this.#intervalMs;
  }
}

/**
 * What autocannon 9 does inside, which it has no option for: `_connect` opens a connection and sends the first request on it
 * with `_doRequest`, which is called again after each answer.
 */
interface ClientInside {
  /** Absent until it has connected once. */
  readonly conn?: unknown;
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
}

/**
 * Makes a client of autocannon send when a pacer says so, and remembers when each request was due.
 *
 * @param onAnswer is told when the request that an answer came for was due.
 */
export function pace(
  client: Client,
  pacer: Pacer,
  newConnections: boolean,
  onAnswer: (dueMs: number) => void,
): void {
  const inside = client as unknown as ClientInside;
  const step = newConnections ? '_connect' : '_doRequest';
  const original = inside[step].bind(inside);
  let dueMs = Number.NaN;
  inside[step] = () =>
    pacer.offer((due) => {
      dueMs = due;
      original();
    });
  // A client that never connected has nothing to destroy, which autocannon does not expect.
  const destroy = inside._destroyConnection.bind(inside);
  inside._destroyConnection = () => {
    if (inside.conn !== undefined) destroy();
  };
  client.on('headers', () => onAnswer(dueMs));
}
