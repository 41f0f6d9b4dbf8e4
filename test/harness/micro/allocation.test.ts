import { describe, expect, it } from 'vitest';
import { heapFigures, heapPerCall } from '../../../harness/micro/allocation.ts';

describe('the heap that calls take', () => {
  it('is seen where a call makes an object', () => {
    const kept: object[] = [{}];
    let calls = 0;
    const bytes = heapPerCall(() => {
      kept[0] = { calls: calls++ };
      return calls;
    });
    // Two words of header, elements, one property; a number that has outgrown its field may take more.
    expect(bytes).toBeGreaterThanOrEqual(24);
    expect(bytes).toBeLessThan(64);
  });

  it('is none where it makes none', () => {
    let calls = 0;
    expect(heapPerCall(() => calls++ & 7)).toBe(0);
  });

  it('is none for packets of established connections, in every mode', async () => {
    const figures = await heapFigures();
    expect(figures.map(({ name, value, unit }) => `${name}: ${value} ${unit}`)).toEqual([
      'NAT request: heap per call: 0 bytes',
      'NAT reply: heap per call: 0 bytes',
      'DR request: heap per call: 0 bytes',
      'TUN request: heap per call: 0 bytes',
    ]);
    expect(figures.every(({ deterministic }) => deterministic)).toBe(true);
  });
});
