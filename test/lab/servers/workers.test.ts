import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { portsOf } from '../../../lab/servers/ports.ts';
import { Workers } from '../../../lab/servers/workers.ts';

describe('the workers of a server', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('work on as many requests at once as there are of them, and take the others in line', async () => {
    const workers = new Workers({ count: 2, slowness: 3 });
    const done: number[] = [];
    for (let request = 0; request < 5; request++) void workers.work(10).then(() => done.push(request));
    await vi.advanceTimersByTimeAsync(29);
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(30);
    expect(done).toEqual([0, 1, 2, 3]);
    await vi.advanceTimersByTimeAsync(30);
    expect(done).toEqual([0, 1, 2, 3, 4]);
  });

  it('are free again afterwards', async () => {
    const workers = new Workers({ count: 1, slowness: 1 });
    for (let round = 0; round < 3; round++) {
      const worked = workers.work(5);
      await vi.advanceTimersByTimeAsync(5);
      await worked;
    }
  });
});

describe('ranges of ports', () => {
  it('hold both ends', () => {
    expect(portsOf('8000-8002')).toEqual([8000, 8001, 8002]);
    expect(portsOf('80-80')).toEqual([80]);
    expect(portsOf(undefined)).toEqual([]);
  });

  it('are refused where they are none', () => {
    for (const text of ['80', '90-80', '0-5', '1-70000', 'a-b'])
      expect(() => portsOf(text)).toThrow(/FIRST-LAST/);
  });
});
