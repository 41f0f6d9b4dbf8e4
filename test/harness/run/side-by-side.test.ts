import { expect, it } from 'vitest';
import { sideBySide } from '../../../harness/run/side-by-side.ts';

it('gives results in the order of the items, whoever is done first', async () => {
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const begun: number[] = [];
  const worker = async (item: number) => {
    begun.push(item);
    await gates[item]?.promise;
    return item * 10;
  };
  const results: number[] = [];
  const all = (async () => {
    for await (const result of sideBySide([0, 1, 2, 3], [worker, worker])) results.push(result);
  })();
  expect(begun).toEqual([0, 1]);
  // The second worker goes on while the first one waits.
  gates[1]?.resolve();
  gates[2]?.resolve();
  gates[3]?.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  expect(begun).toEqual([0, 1, 2, 3]);
  expect(results).toEqual([]);
  gates[0]?.resolve();
  await all;
  expect(results).toEqual([0, 10, 20, 30]);
});

it('needs no more workers than there are items, and none for nothing', async () => {
  const collect = async (items: readonly number[], workers: number) => {
    const worker = async (item: number) => item;
    return Array.fromAsync(sideBySide(items, Array(workers).fill(worker)));
  };
  expect(await collect([], 3)).toEqual([]);
  expect(await collect([7], 3)).toEqual([7]);
  expect(await collect([7, 8, 9], 1)).toEqual([7, 8, 9]);
});

it('throws what a worker threw in its turn, begins nothing more, and waits for what was begun', async () => {
  const begun: number[] = [];
  let isDone = false;
  const worker = async (item: number) => {
    begun.push(item);
    if (item === 1) throw new Error('one is too much');
    if (item === 2) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      isDone = true;
    }
    return item;
  };
  const results: number[] = [];
  const all = (async () => {
    for await (const result of sideBySide([0, 1, 2, 3, 4, 5, 6, 7], [worker, worker])) results.push(result);
  })();
  await expect(all).rejects.toThrow('one is too much');
  expect(results).toEqual([0]);
  expect(isDone).toBe(true);
  expect(begun.length).toBeLessThan(8);
});

it('begins nothing more when its results are not wanted any more', async () => {
  const begun: number[] = [];
  const worker = async (item: number) => {
    begun.push(item);
    await new Promise((resolve) => setTimeout(resolve));
    return item;
  };
  for await (const result of sideBySide(
    Array.from({ length: 100 }, (_, i) => i),
    [worker, worker],
  )) {
    if (result === 3) break;
  }
  expect(begun.length).toBeLessThan(10);
});
