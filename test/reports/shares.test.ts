import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { farthestFromWeight, sharesOf } from '../../reports/shares.ts';
import { sharesTable } from '../../reports/tables/session.ts';

const server = fc.record({
  host: fc.string(),
  rip: fc.string(),
  weight: fc.nat(100),
  connections: fc.nat(10_000),
  requests: fc.nat(),
});

describe('shares of servers', () => {
  it('are fractions of all connections and of all weights', () => {
    const base = { host: 'rs', rip: '10.0.2.11', requests: 0 };
    const shares = sharesOf([
      { ...base, weight: 3, connections: 50 },
      { ...base, weight: 1, connections: 50 },
      { ...base, weight: 0, connections: 0 },
    ]);
    expect(shares.map(({ seen, entitled }) => [seen, entitled])).toEqual([
      [0.5, 0.75],
      [0.5, 0.25],
      [0, 0],
    ]);
  });

  it('add up to all, or to nothing where nothing arrived', () => {
    fc.assert(
      fc.property(fc.array(server), (servers) => {
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        const shares = sharesOf(servers);
        const expected = (values: number[]) => (sum(values) > 0 ? 1 : 0);
        expect(sum(shares.map(({ seen }) => seen))).toBeCloseTo(expected(servers.map((s) => s.connections)));
        expect(sum(shares.map(({ entitled }) => entitled))).toBeCloseTo(
          expected(servers.map((s) => s.weight)),
        );
      }),
    );
  });

  it('are not told where connections end at a proxy: 0 would be wrong', () => {
    const base = { host: 'rs', rip: '10.0.2.11', weight: 1, connections: 0 };
    const rowsWith = (requests: number) =>
      sharesTable(sharesOf([{ ...base, requests }])).rows.map((row) => row.map(({ text }) => text));
    expect(rowsWith(5)).toEqual([['rs', '10.0.2.11', '1', '–', '–', '100.0 %', '–', '5']]);
    expect(rowsWith(0)).toEqual([['rs', '10.0.2.11', '1', '0', '0.0 %', '100.0 %', '−100.0', '0']]);
  });

  it('listed in part are those farthest from their weight, in their order', () => {
    fc.assert(
      fc.property(fc.array(server), fc.integer({ min: 1, max: 20 }), (servers, limit) => {
        const shares = sharesOf(servers);
        const listed = farthestFromWeight(shares, limit);
        expect(listed).toHaveLength(Math.min(limit, shares.length));
        expect(shares.filter((share) => listed.includes(share))).toEqual(listed);
        const distance = ({ seen, entitled }: (typeof shares)[number]) => Math.abs(seen - entitled);
        const nearest = Math.min(...listed.map(distance));
        for (const share of shares)
          if (!listed.includes(share)) expect(distance(share)).toBeLessThanOrEqual(nearest);
      }),
    );
  });
});
