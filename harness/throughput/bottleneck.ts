/**
 * What limited a measurement, by the rules of `LIMITS`: a role that is busy for nine tenths of the time can do no more, and of
 * two such roles it is the busier. Frames of which none was lost although the generator was slower than it is into a drop were
 * limited by the director: a kernel that forwards does so in the sender's name.
 */
import type { Limit } from '../../reports/limits.ts';
import type { CpuUse } from './cpu-meter.ts';

const BUSY = 0.9;
const MACHINE_BUSY = 0.95;
/** A fixed rate is kept if this share of it was answered in time. */
const KEPT = 0.98;

export type Observed =
  | {
      readonly kind: 'packets';
      readonly perSecond: number;
      readonly isLossyAbove: boolean;
      readonly generatorLimit: number;
    }
  | { readonly kind: 'full speed' }
  | { readonly kind: 'fixed rate'; readonly answeredShare: number };

export function bottleneckOf(observed: Observed, cpu: CpuUse, cores: number): Limit {
  if (observed.kind === 'fixed rate' && observed.answeredShare >= KEPT) return 'none';
  if (observed.kind === 'packets' && !observed.isLossyAbove) {
    return observed.perSecond >= observed.generatorLimit * BUSY ? 'generator' : 'director';
  }
  const share = (ms: number) => ms / cpu.elapsedMs;
  const candidates: { readonly role: Limit; readonly busy: number }[] = [
    { role: 'director', busy: share(cpu.roles.director) },
    { role: 'server', busy: share(cpu.busiestServerMs) },
    // Frames are made at a rate here, so a generator that is busy is not what loses them.
    { role: 'generator', busy: observed.kind === 'packets' ? 0 : share(cpu.roles.generator) },
  ];
  const [first] = candidates.toSorted((a, b) => b.busy - a.busy);
  if (first !== undefined && first.busy >= BUSY) return first.role;
  return share(cpu.roles.machine) >= cores * MACHINE_BUSY ? 'machine' : 'wire';
}
