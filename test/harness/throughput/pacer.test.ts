import { describe, expect, it } from 'vitest';
import { type Clock, Pacer } from '../../../harness/throughput/pacer.ts';

/** A clock that goes on when it is told to. */
class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #waiting: { atMs: number; callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(milliseconds: number, callback: () => void): void {
    this.#waiting.push({ atMs: this.#nowMs + milliseconds, callback });
  }

  runUntil(endMs: number): void {
    for (;;) {
      const next = this.#waiting.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }
}

/** Loads a server that takes `takesMs(nowMs)` for a request that reaches it then. Returns latencies. */
function play(
  perSecond: number,
  durationMs: number,
  connections: number,
  takesMs: (nowMs: number) => number,
): number[] {
  const clock = new VirtualClock();
  const pacer = new Pacer(perSecond, 0, durationMs, clock);
  const latenciesMs: number[] = [];
  const ask = () =>
    pacer.offer((dueMs) => {
      clock.after(takesMs(clock.now()), () => {
        latenciesMs.push(clock.now() - dueMs);
        ask();
      });
    });
  for (let i = 0; i < connections; i++) ask();
  clock.runUntil(100_000);
  return latenciesMs;
}

describe('requests at a fixed rate', () => {
  it('are due at even intervals, and a server that keeps up shows its own time only', () => {
    const latencies = play(100, 1_000, 4, () => 3);
    expect(latencies).toHaveLength(100);
    for (const latency of latencies) expect(latency).toBeCloseTo(3, 9);
  });

  it('that a stall keeps waiting count their waiting: none is left out, and none is asked late and called fast', () => {
    // For 400 ms nothing is answered. 40 requests are due meanwhile; with one connection all of them wait.
    const stallEndsMs = 700;
    const latencies = play(100, 2_000, 1, (nowMs) =>
      nowMs >= 300 && nowMs < stallEndsMs ? stallEndsMs - nowMs : 1,
    );
    expect(latencies).toHaveLength(200);
    expect(Math.max(...latencies)).toBeCloseTo(400, 6);
    // Waiting falls evenly from 400 ms to nothing, so of the 40 half waited for more than 200 ms.
    expect(latencies.filter((latency) => latency > 200).length).toBeGreaterThanOrEqual(20);
  });

  it('come to a server that is too slow for them all the later', () => {
    const latencies = play(100, 1_000, 1, () => 20);
    expect(latencies).toHaveLength(100);
    // Each takes 20 ms while 10 ms pass until the next is due: the last has waited for 99 × 10 ms and its own 20.
    expect(latencies.at(-1)).toBeCloseTo(1_010, 6);
  });

  it('end when they are told to', () => {
    const clock = new VirtualClock();
    const pacer = new Pacer(10, 0, 1_000, clock);
    const sent: number[] = [];
    for (let i = 0; i < 20; i++) pacer.offer((dueMs) => sent.push(dueMs));
    clock.runUntil(250);
    pacer.stop();
    clock.runUntil(5_000);
    expect(sent).toEqual([0, 100, 200]);
  });
});
