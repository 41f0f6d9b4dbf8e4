import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IcmpLimits } from '../../../director/icmp/limits.ts';

function allowed(limits: IcmpLimits, address: number, times: number, nowMs: number): number {
  let count = 0;
  for (let i = 0; i < times; i++) if (limits.allow(address, nowMs)) count++;
  return count;
}

test('one address gets six errors at once, then one a second', () => {
  const limits = new IcmpLimits();
  expect(allowed(limits, 1, 10, 10_000)).toBe(6);
  expect(allowed(limits, 1, 10, 10_999)).toBe(0);
  expect(allowed(limits, 1, 10, 11_000)).toBe(1);
  expect(allowed(limits, 1, 10, 13_500)).toBe(2);
  // Patience is not saved up beyond the burst.
  expect(allowed(limits, 1, 10, 100_000)).toBe(6);
});

test('a clock that counts fractions takes nothing from the burst', () => {
  for (let i = 0; i < 1000; i++) {
    const limits = new IcmpLimits();
    expect(allowed(limits, 1, 10, i / 7)).toBe(6);
  }
});

test('all addresses together get fifty errors at once, then a thousand a second', () => {
  const limits = new IcmpLimits();
  const toStrangers = (from: number, nowMs: number) => {
    let count = 0;
    for (let i = 0; i < 200; i++) if (limits.allow(from + i, nowMs)) count++;
    return count;
  };
  expect(toStrangers(1_000, 10_000)).toBe(50);
  expect(toStrangers(2_000, 10_010)).toBe(10);
  expect(toStrangers(3_000, 20_000)).toBe(50);
});

test('no address ever gets more than its burst and one for each second', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 60 }), (gaps) => {
      const limits = new IcmpLimits();
      let nowMs = 10_000;
      let sent = 0;
      for (const gap of gaps) {
        nowMs += gap;
        if (limits.allow(7, nowMs)) sent++;
        expect(sent).toBeLessThanOrEqual(6 + (nowMs - 10_000) / 1000);
      }
    }),
  );
});
