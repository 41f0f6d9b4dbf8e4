/** What one turn of one contestant gave. */
import type { CpuUse } from './cpu/cpu-meter.ts';

export interface Sample {
  readonly value: number;
  readonly cpu: CpuUse;
  /** At a fixed rate: of every request, in milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly bottleneck: string;
  /** What has to be known to read the figure. */
  readonly note?: string | undefined;
}
