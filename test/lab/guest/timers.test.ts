/** When a kernel next has a timer due, read from its memory. */
import { describe, expect, test } from 'vitest';
import type { Debugger } from '../../../lab/guest/debugger.ts';
import { Timers } from '../../../lab/guest/timers.ts';

const FIRST = 0x1000n;
const NOW = 4_294_900_000n;
/** What stands behind the last of them. */
const ANYTHING = 0xffff_8880_1234_5678n;

/** The memory of a kernel whose bases have been looked at up to a tick, and have one due at another. */
function memoryWith(bases: readonly (readonly [seen: bigint, due: bigint])[]) {
  const words = new Map<bigint, bigint>();
  for (const [i, [seen, due]] of bases.entries()) {
    const at = FIRST + BigInt(i) * 0x1280n;
    words.set(at + 16n, seen);
    words.set(at + 24n, due);
  }
  const memory = { read64: async (at: bigint) => words.get(at) ?? ANYTHING };
  return memory as unknown as Debugger;
}

async function dueIn(memory: Debugger): Promise<bigint | undefined> {
  const timers = await Timers.find(memory, FIRST, NOW);
  return timers && (await timers.nextDue()) - NOW;
}

describe('the next timer of a kernel', () => {
  test('is the soonest of those that may not be late, which stand last', async () => {
    expect(
      await dueIn(
        memoryWith([
          [NOW - 10n, NOW + 107n],
          [NOW, NOW + 3n],
        ]),
      ),
    ).toBe(107n);
    expect(
      await dueIn(
        memoryWith([
          [NOW - 251n, NOW + 76_292n],
          [NOW - 9n, NOW + 100n],
          [NOW, NOW + 25n],
        ]),
      ),
    ).toBe(100n);
  });

  test('may be overdue', async () => {
    expect(
      await dueIn(
        memoryWith([
          [NOW - 10n, NOW - 2n],
          [NOW, NOW + 3n],
        ]),
      ),
    ).toBe(-2n);
  });

  test('is not known of a kernel that keeps them in another way', async () => {
    expect(await dueIn(memoryWith([]))).toBeUndefined();
    expect(await dueIn(memoryWith([[NOW, NOW + 3n]]))).toBeUndefined();
    expect(
      await dueIn(
        memoryWith([
          [NOW + 500n, NOW + 600n],
          [NOW, NOW + 3n],
        ]),
      ),
    ).toBeUndefined();
  });
});
