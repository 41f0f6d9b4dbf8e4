import { expect, it } from 'vitest';
import { WayCache } from '../../../director/network/way-cache.ts';

const MOST = 1 << 16;
const way = { port: 1 } as never;

function remembered(cache: WayCache, destinations: number): number {
  let count = 0;
  for (let destination = 0; destination < destinations; destination++) {
    if (cache.get(1, 2, destination) !== undefined) count++;
  }
  return count;
}

it('remembers no more than so many ways, however many were ever taken', () => {
  const cache = new WayCache();
  for (let destination = 0; destination < 4 * MOST; destination++) cache.set(1, 2, destination, way);
  const most = remembered(cache, 4 * MOST);
  expect(most).toBeLessThanOrEqual(MOST);
  expect(most).toBeGreaterThan(MOST / 2);
  for (let destination = 4 * MOST; destination < 8 * MOST; destination++) cache.set(1, 2, destination, way);
  expect(remembered(cache, 8 * MOST)).toBeLessThanOrEqual(MOST);
});

it('tells ways apart by each of source, input port and destination', () => {
  const cache = new WayCache();
  const keys = [1, 2, 3].flatMap((a) => [1, 2, 3].flatMap((b) => [1, 2, 3].map((c) => [a, b, c] as const)));
  keys.forEach(([a, b, c], i) => {
    cache.set(a, b, c, { port: i } as never);
  });
  keys.forEach(([a, b, c], i) => {
    expect(cache.get(a, b, c)).toEqual({ port: i });
  });
  expect(cache.get(4, 1, 1)).toBeUndefined();
  expect(cache.get(1, 4, 1)).toBeUndefined();
  expect(cache.get(1, 1, 4)).toBeUndefined();
});

it('keeps a way that is asked for again while others come and go', () => {
  const cache = new WayCache();
  cache.set(1, 2, -5, way);
  let lost = 0;
  for (let destination = 0; destination < 4 * MOST; destination++) {
    cache.set(1, 2, destination, way);
    if (cache.get(1, 2, -5) !== way) lost++;
  }
  expect(lost).toBe(0);
});
