import { expect, test } from 'vitest';
import { Destination } from '../../../director/services/destination.ts';
import { METHOD } from '../../../director/services/forwarding-method.ts';
import { Statistics } from '../../../director/statistics.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';

function server(upperThreshold: number, lowerThreshold: number): Destination {
  return new Destination(
    0,
    ipv4('10.0.2.11'),
    80,
    settings(upperThreshold, lowerThreshold),
    new Statistics(),
  );
}

function settings(upperThreshold: number, lowerThreshold: number) {
  return { method: METHOD.masquerade, weight: 1, upperThreshold, lowerThreshold };
}

function bind(to: Destination, count: number): void {
  for (let i = 0; i < count; i++) to.connectionBound();
}

/** Connections that are left when it may be given new ones again, counted down from full. */
function opensAgainAt(full: Destination): number {
  while (full.overloaded && full.connections > 0) full.connectionUnbound(false);
  return full.connections;
}

test.each([
  { upper: 4, lower: 0, open: 2 },
  { upper: 4, lower: 2, open: 1 },
  { upper: 4, lower: 4, open: 3 },
  { upper: 8, lower: 0, open: 5 },
  { upper: 3, lower: 0, open: 2 },
  { upper: 1, lower: 0, open: 0 },
])('with $upper/$lower it is full at $upper and open again at $open', ({ upper, lower, open }) => {
  const full = server(upper, lower);
  bind(full, upper - 1);
  expect(full.overloaded).toBe(false);
  bind(full, 1);
  expect(full.overloaded).toBe(true);
  bind(full, 2);
  expect(full.overloaded).toBe(true);
  expect(opensAgainAt(full)).toBe(open);
});

test('an edit judges by the new thresholds: full, open, or as before between the two', () => {
  const edited = server(0, 0);
  bind(edited, 5);
  expect(edited.overloaded).toBe(false);
  edited.edit(settings(5, 0));
  expect(edited.overloaded).toBe(true);
  edited.edit(settings(6, 2));
  expect(edited.overloaded).toBe(true);
  edited.edit(settings(9, 6));
  expect(edited.overloaded).toBe(false);
  edited.edit(settings(9, 2));
  expect(edited.overloaded).toBe(false);
  edited.edit(settings(5, 2));
  edited.edit(settings(0, 0));
  expect(edited.overloaded).toBe(false);
});
