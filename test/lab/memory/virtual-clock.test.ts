import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../lab/memory/index.ts';

test('what is due happens in order of time, and of being planned, at its time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (delays) => {
      const clock = new VirtualClock();
      const happened: { atMs: number; delay: number; i: number }[] = [];
      delays.forEach((delay, i) => {
        clock.after(delay, () => happened.push({ atMs: clock.nowMs, delay, i }));
      });
      clock.advance(20);
      const expected = delays
        .map((delay, i) => ({ atMs: delay, delay, i }))
        .sort((a, b) => a.delay - b.delay || a.i - b.i);
      expect(happened).toEqual(expected);
    }),
  );
});

test('what is planned meanwhile happens in the same run if it is due by then', () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  clock.every(20, () => times.push(clock.nowMs));
  clock.advance(70);
  expect(times).toEqual([20, 40, 60]);
  expect(clock.nowMs).toBe(70);
});

test('a timer that was cancelled does nothing', () => {
  const clock = new VirtualClock();
  let happened = 0;
  const timer = clock.after(10, () => happened++);
  clock.after(5, () => timer.cancel());
  clock.advance(100);
  expect(happened).toBe(0);
});

test('waiting ends with the condition, looked at first at once, or with time', async () => {
  const clock = new VirtualClock();
  let count = 0;
  clock.every(10, () => count++);
  await clock.until(() => true, 1000);
  expect(clock.nowMs).toBe(0);
  await clock.until(() => count === 3, 1000);
  expect(clock.nowMs).toBe(30);
  await clock.until(() => count === 1000, 1000);
  expect(clock.nowMs).toBe(1030);
});
