import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCHEDULERS } from '../../../director/schedulers/index.ts';
import { productExceeds } from '../../../director/schedulers/least-loaded.ts';
import { maglevTable } from '../../../director/schedulers/maglev.ts';
import { walkOf } from '../../../director/schedulers/mh.ts';
import type { FlowKey } from '../../../director/services/scheduler.ts';
import { Fleet, letterOf, options } from './fleet.ts';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const flows = fc.record({
  source: int32,
  sourcePort: fc.integer({ min: 0, max: 65_535 }),
  destination: int32,
  protocol: fc.constantFrom(6, 17, 132),
});

test('products of 32-bit integers are compared exactly', () => {
  const near = fc.tuple(int32, int32, fc.integer({ min: -2, max: 2 })).map(([a, b, d]) => [a, b, b, a + d]);
  fc.assert(
    fc.property(fc.oneof(fc.tuple(int32, int32, int32, int32), near), ([a = 0, b = 0, c = 0, d = 0]) => {
      const [x, y, z, w] = [a | 0, b | 0, c | 0, d | 0] as const;
      expect(productExceeds(x, y, z, w)).toBe(BigInt(x) * BigInt(y) > BigInt(z) * BigInt(w));
    }),
  );
});

test("wrr gives every server its weight's share of a full period", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 }), (weights) => {
      fc.pre(weights.some((weight) => weight > 0));
      const fleet = new Fleet('wrr').add(...weights);
      const divisor = weights.reduce(gcd);
      const period = weights.reduce((sum, weight) => sum + weight) / divisor;
      // After configuration comes one round in which everybody has a turn.
      fleet.picks(weights.filter((weight) => weight > 0).length);
      const picks = fleet.picks(period);
      weights.forEach((weight, i) => {
        const letter = String.fromCharCode(65 + i);
        expect([...picks].filter((pick) => pick === letter)).toHaveLength(weight / divisor);
      });
    }),
  );
});

test('mh fills every slot, and with equal weights spreads them evenly', () => {
  const ports = fc.uniqueArray(fc.integer({ min: 0, max: 65_535 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(ports, fc.constantFrom(251, 509, 1021, 4093), (members, size) => {
      const walks = members.map((port) => ({ ...walkOf({ address: port * 7919, port }, size), turns: 1 }));
      const slots = maglevTable(walks, size);
      const counts = new Array<number>(members.length).fill(0);
      for (const slot of slots) counts[slot] = (counts[slot] ?? Number.NaN) + 1;
      expect(counts.reduce((sum, count) => sum + count)).toBe(size);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 50 },
  );
});

type Step =
  | { readonly do: 'pick'; readonly flow: FlowKey }
  | { readonly do: 'edit'; readonly at: number; readonly weight: number }
  | { readonly do: 'overload' | 'remove'; readonly at: number }
  | { readonly do: 'add'; readonly weight: number };

const index = fc.nat({ max: 20 });
const weight = fc.integer({ min: 0, max: 5 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('pick' as const), flow: flows }) },
    fc.record({ do: fc.constant('edit' as const), at: index, weight }),
    fc.record({ do: fc.constantFrom('overload' as const, 'remove' as const), at: index }),
    { weight: 2, arbitrary: fc.record({ do: fc.constant('add' as const), weight }) },
  ),
  { maxLength: 60 },
);

test.each(Object.keys(SCHEDULERS))(
  '%s never picks a server that is not in the list, or may not be picked',
  (name) => {
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 8, 16, 24), (sequence, flags) => {
        const fleet = new Fleet(name, { flags, random: () => 0x9e3779b1 });
        let added = 0;
        for (const step of sequence) {
          const server =
            'at' in step ? fleet.destinations[step.at % (fleet.destinations.length || 1)] : undefined;
          if (step.do === 'add') {
            fleet.addAt(`172.16.${added >> 8}.${added & 255}`, 80, step.weight);
            added++;
          } else if (step.do === 'pick') {
            const picked = fleet.scheduler.pick(step.flow, fleet.nowMs);
            if (picked === undefined) continue;
            expect(fleet.destinations).toContain(picked);
            expect(picked.weight).toBeGreaterThan(0);
            // What lblc remembers it uses past the thresholds, as the kernel does.
            if (name !== 'lblc') expect(picked.overloaded).toBe(false);
            picked.connections++;
            picked.activeConnections++;
          } else if (server === undefined) {
          } else if (step.do === 'edit') {
            server.edit(options(step.weight));
            fleet.scheduler.edited?.();
          } else if (step.do === 'overload') {
            server.overloaded = !server.overloaded;
          } else {
            const at = fleet.destinations.indexOf(server);
            fleet.destinations.splice(at, 1);
            server.available = false;
            fleet.scheduler.removed?.(at);
          }
        }
      }),
      { numRuns: 60 },
    );
  },
);

test('twos takes the less loaded of two servers drawn by weight', () => {
  const draws = [0, 2 ** 32 - 1];
  const fleet = new Fleet('twos', { random: () => draws.shift() ?? 0 }).add(1, 1);
  fleet.server('B').connections = 5;
  // B stands first and is drawn by 0, A by the highest number.
  expect(letterOf(fleet.scheduler.pick({ source: 0, sourcePort: 0, destination: 0, protocol: 6 }, 0)!)).toBe(
    'A',
  );
});

test('twos draws by weight, the first server in the list once more than its weight', () => {
  let draw = 0;
  const fleet = new Fleet('twos', { random: () => Math.floor(((draw++ >> 1) % 6) * (2 ** 32 / 6) + 1) }).add(
    1,
    4,
  );
  // Total 5: numbers 0 to 5, both draws the same; 0 to 4 lead to B (weight 4), 5 to A.
  expect(fleet.picks(6)).toBe('BBBBBA');
});

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
