import { expect, it, vi } from 'vitest';
import { RealTime } from '../../../lab/netns/real-time.ts';

function realTime(settle = async () => {}) {
  const failures: unknown[] = [];
  const time = new RealTime({ fail: (error) => failures.push(error), settle });
  return { time, failures };
}

it('resolves at once where the condition holds already, else when it does after progress', async () => {
  const { time } = realTime();
  await time.until(() => true, 60_000);
  let holds = false;
  const waiting = time.until(() => holds, 60_000);
  time.progress();
  holds = true;
  time.progress();
  await waiting;
});

it('before a wait is given up, what is under way arrives', async () => {
  let holds = false;
  const order: string[] = [];
  const { time } = realTime(async () => {
    order.push('settled');
    holds = true;
    time.progress();
  });
  await time.until(() => holds && order.push('seen') > 0, 1);
  expect(order).toEqual(['settled', 'seen']);
  await time.until(() => false, 1);
  expect(order).toEqual(['settled', 'seen', 'settled']);
});

it('calls what was planned, unless it was cancelled', async () => {
  const { time } = realTime();
  const calls: number[] = [];
  time.after(1, () => calls.push(1));
  time.after(1, () => calls.push(2)).cancel();
  time.after(3, () => calls.push(3));
  await vi.waitFor(() => expect(calls).toEqual([1, 3]));
});

it('tells what an action, a condition or settling throws', async () => {
  const { time, failures } = realTime(() => Promise.reject(new Error('not settled')));
  time.after(0, () => {
    throw new Error('action');
  });
  let looks = 0;
  void time.until(() => {
    if (looks++ > 0) throw new Error('condition');
    return false;
  }, 60_000);
  time.progress();
  void time.until(() => false, 1);
  await vi.waitFor(() =>
    expect(failures.map((error) => (error as Error).message).toSorted()).toEqual([
      'action',
      'condition',
      'not settled',
    ]),
  );
});

it('after its end nothing happens any more', async () => {
  const { time, failures } = realTime();
  const calls: string[] = [];
  time.after(1, () => calls.push('planned before'));
  void time.until(() => calls.push('looked') > 0 && false, 1);
  time.end();
  time.after(0, () => calls.push('planned after'));
  time.progress();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(calls).toEqual(['looked']);
  expect(failures).toEqual([]);
});

it('is late by what took longer than was asked for, and by nothing else', async () => {
  const { time } = realTime();
  expect(time.hasPassed).toBe(false);
  await time.until(() => false, 30);
  expect(time.hasPassed).toBe(false);
  await time.passed(30);
  expect(time.hasPassed).toBe(true);
  time.begin();
  const before = time.lateMs;
  const startedMs = performance.now();
  // The machine does something else.
  while (performance.now() - startedMs < 20);
  expect(time.lateMs - before).toBeGreaterThanOrEqual(20);
});

it('is late by what it did not mean to take, from the first frame on', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { time } = realTime();
    vi.advanceTimersByTime(5_000);
    expect(time.lateMs).toBe(0);
    time.begin();
    vi.advanceTimersByTime(300);
    time.begin();
    expect(time.lateMs).toBe(300);
  } finally {
    vi.useRealTimers();
  }
});
