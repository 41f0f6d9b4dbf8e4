import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KernelSide } from '../../../director/fast-path/kernel-side.ts';
import { FIRST_MAX_FLOWS } from '../../../director/fast-path/layout.ts';
import { NEEDED } from '../../../director/rights.ts';
import { withOnly } from '../../../native/capabilities.ts';
import { describeAsRoot } from '../../root.ts';

/** At 16 times as many, packets waited for half a second. */
const MOST_STEPS = 10_000;

describeAsRoot('the programs of the fast path', () => {
  let side: KernelSide;
  beforeAll(() => {
    side = new KernelSide(FIRST_MAX_FLOWS, { sent: 1, handedBack: 2 });
  });
  afterAll(() => side.close());

  it.each(['filter', 'forwarding', 'xdp'] as const)(
    '%s is verified in few steps: packets wait for that when a director takes over, and when its table grows',
    (name) => {
      // Without CAP_PERFMON the kernel also follows what a processor may do speculatively, which takes most of the steps.
      const program = withOnly(NEEDED, () => side[name]);
      const info = readFileSync(`/proc/self/fdinfo/${program}`, 'utf8');
      expect(Number(/^verified_insns:\s*(\d+)$/m.exec(info)?.[1])).toBeLessThan(MOST_STEPS);
    },
  );
});
