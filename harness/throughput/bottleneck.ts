/**
 * What limited a measurement, by a rule: a role that is busy for nine tenths of the time can do no more.
 *
 * | found | name |
 * |---|---|
 * | everything that was due at a fixed rate was answered | `none` |
 * | frames: all that the generator can make came through (nine tenths of what it reaches into a drop) | `generator` |
 * | frames: nothing was lost, but the generator was slower than that. A kernel that forwards does so in the sender's name, so it is the forwarding that held it back | `director` |
 * | a process of the role is busy for at least 0.9 of a core (of two such roles the busier) | `generator`, `director`, `server` |
 * | no role is, but all cores together are busy for 0.95 of the time | `machine` |
 * | otherwise: packets waited for something else, such as queues, other hosts or the client's own turns | `wire` |
 */
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

export function bottleneckOf(observed: Observed, cpu: CpuUse, cores: number): string {
  if (observed.kind === 'fixed rate' && observed.answeredShare >= KEPT) return 'none';
  if (observed.kind === 'packets' && !observed.isLossyAbove) {
    return observed.perSecond >= observed.generatorLimit * BUSY ? 'generator' : 'director';
  }
  const share = (ms: number) => ms / cpu.elapsedMs;
  const candidates = [
    { role: 'director', busy: share(cpu.roles.director) },
    { role: 'server', busy: share(cpu.busiestServerMs) },
    // Frames are made at a rate here, so a generator that is busy is not what loses them.
    { role: 'generator', busy: observed.kind === 'packets' ? 0 : share(cpu.roles.generator) },
  ].toSorted((a, b) => b.busy - a.busy);
  const [first] = candidates;
  if (first !== undefined && first.busy >= BUSY) return first.role;
  return share(cpu.roles.machine) >= cores * MACHINE_BUSY ? 'machine' : 'wire';
}
