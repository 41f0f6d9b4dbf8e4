/** What a run consists of: sessions with live traffic, and cases played packet by packet. */
import type { Mode } from '../../lab/index.ts';
import { selectedPacketCases, selectedScenarios } from '../conformance/catalogue.ts';
import { type PlannedCase, takesLong } from '../conformance/run-cases.ts';
import { directors } from '../directors/index.ts';
import type { PlannedSession } from '../live/networks.ts';
import type { BenchOptions } from './options.ts';

/** The packet cases of a mode: they set up their own services, so once is enough, whatever the schedulers. */
export interface PlannedPackets {
  readonly mode: Mode;
  /** Cases that need minutes or hours of (virtual) time are played in memory, the others around the running director. */
  readonly lab: 'netns' | 'memory';
  readonly cases: readonly PlannedCase[];
}

export interface PlannedRun {
  readonly sessions: readonly PlannedSession[];
  readonly packets: readonly PlannedPackets[];
}

/** Sessions without scenarios and networks without cases are left out. */
export function planRun(options: Pick<BenchOptions, 'modes' | 'schedulers' | 'grep' | 'broken'>): PlannedRun {
  const { modes, schedulers, grep, broken } = options;
  const sessions = Object.values(directors).flatMap((director) =>
    schedulers
      .filter((scheduler) => director.schedulers.includes(scheduler))
      .flatMap((scheduler) =>
        modes
          .filter((mode) => director.modes.includes(mode))
          .map((mode) => ({ mode, director, scheduler, scenarios: selectedScenarios(mode, grep) })),
      ),
  );
  // Scripted hosts are set up as they should be, whatever is wrong with the real ones.
  const packets = broken === undefined ? modes.flatMap((mode) => packetsOf(mode, grep)) : [];
  return {
    sessions: sessions.filter(({ scenarios }) => scenarios.length > 0),
    packets: packets.filter(({ cases }) => cases.length > 0),
  };
}

function packetsOf(mode: Mode, grep: readonly string[]): PlannedPackets[] {
  const cases = selectedPacketCases(mode, grep);
  return [
    { mode, lab: 'netns', cases: cases.filter((one) => !takesLong(one)) },
    { mode, lab: 'memory', cases: cases.filter(takesLong) },
  ];
}
