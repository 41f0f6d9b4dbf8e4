/** What a run consists of: sessions with live traffic, and cases played packet by packet. */
import type { Mode } from '../../lab/index.ts';
import { selectedPacketCases, selectedScenarios } from '../catalogue.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { directors } from '../directors/index.ts';
import { type PlannedCase, takesLong } from '../packets/run-cases.ts';
import type { Scenario } from '../scenario.ts';
import type { BenchOptions } from './options.ts';

export interface PlannedSession {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly scheduler: string;
  readonly scenarios: readonly Scenario[];
}

/** The packet cases of a mode: they set up their own services, so once is enough, whatever the schedulers. */
export interface PlannedPackets {
  readonly mode: Mode;
  /** Those that take long by their nature are played in memory, the others around the running director. */
  readonly lab: 'netns' | 'memory';
  readonly cases: readonly PlannedCase[];
}

export type PlannedStep =
  | ({ readonly kind: 'session' } & PlannedSession)
  | ({ readonly kind: 'packets' } & PlannedPackets);

/** Steps with nothing to judge are left out. The packet cases of a mode come after its first session. */
export function planRun(
  options: Pick<BenchOptions, 'modes' | 'schedulers' | 'grep' | 'broken'>,
): PlannedStep[] {
  const steps: PlannedStep[] = [];
  const [firstScheduler] = options.schedulers;
  for (const [number, director] of Object.values(directors).entries()) {
    for (const scheduler of options.schedulers) {
      for (const mode of options.modes) {
        const scenarios = selectedScenarios(mode, options.grep);
        if (scenarios.length > 0) steps.push({ kind: 'session', mode, director, scheduler, scenarios });
        // Scripted hosts are set up as they should be, whatever is wrong with the real ones.
        if (number > 0 || scheduler !== firstScheduler || options.broken !== undefined) continue;
        steps.push(...packetSteps(mode, selectedPacketCases(mode, options.grep)));
      }
    }
  }
  return steps;
}

function packetSteps(mode: Mode, cases: readonly PlannedCase[]): PlannedStep[] {
  const steps: PlannedStep[] = [
    { kind: 'packets', mode, lab: 'netns', cases: cases.filter((one) => !takesLong(one)) },
    { kind: 'packets', mode, lab: 'memory', cases: cases.filter(takesLong) },
  ];
  return steps.filter((step) => step.kind === 'packets' && step.cases.length > 0);
}
