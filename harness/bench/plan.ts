/** What a run consists of: sessions with live traffic, and cases played packet by packet. */
import type { Mode } from '../../lab/index.ts';
import { sum } from '../../statistics/shares.ts';
import { packetCasesFor } from '../conformance/cases-for.ts';
import { selectedScenarios } from '../conformance/catalogue.ts';
import type { PlannedCase } from '../conformance/planned-case.ts';
import { takesLong } from '../conformance/run-cases.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import type { PlannedSession } from '../live/networks.ts';
import type { BenchOptions } from './options.ts';

/** The packet cases of a mode: they set up their own services, so once is enough, whatever the schedulers. */
export interface PlannedPackets {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  /**
   * Cases that need minutes or hours of (virtual) time are played in memory, the others around the running director; in a
   * quick run each of them in one of its modes.
   */
  readonly lab: 'netns' | 'memory';
  readonly cases: readonly PlannedCase[];
}

export interface PlannedRun {
  readonly sessions: readonly PlannedSession[];
  readonly packets: readonly PlannedPackets[];
  /** Cases that a run of this profile leaves out, unless they are asked for. */
  readonly leftOut: number;
  /** Cases that a run of this profile plays in memory, and around the running director in another mode only. */
  readonly sampled: number;
}

/** Sessions without scenarios and networks without cases are left out. */
export function planRun(
  options: Pick<BenchOptions, 'directors' | 'modes' | 'schedulers' | 'grep' | 'broken' | 'profile'>,
): PlannedRun {
  const { directors = [ownDirector], modes, schedulers, grep, broken, profile } = options;
  const sessions = directors.flatMap((director) =>
    schedulers
      .filter((scheduler) => Object.hasOwn(director.declared.schedulers, scheduler))
      .flatMap((scheduler) =>
        modes
          .filter((mode) => director.modes.includes(mode))
          .map((mode) => ({ mode, director, scheduler, scenarios: selectedScenarios(mode, grep) })),
      ),
  );
  const isSample = profile === 'quick' && grep.length === 0;
  // Scripted hosts are set up as they should be, whatever is wrong with the real ones.
  const packets =
    broken === undefined
      ? directors.flatMap((director) =>
          modes
            .filter((mode) => director.modes.includes(mode))
            .flatMap((mode) => packetsOf(director, mode, options, isSample)),
        )
      : [];
  const isLeftOut = ({ one }: PlannedCase) => one.atScale === true && isSample;
  const played = packets.map((plan) => ({ ...plan, cases: plan.cases.filter((one) => !isLeftOut(one)) }));
  return {
    sessions: sessions.filter(({ scenarios }) => scenarios.length > 0),
    packets: played.filter(({ cases }) => cases.length > 0),
    leftOut: sum(packets.map(({ cases }) => cases.filter(isLeftOut).length)),
    sampled: sum(
      played
        .filter(({ lab }) => lab === 'memory')
        .map(({ cases }) => cases.filter((one) => !takesLong(one)).length),
    ),
  };
}

function packetsOf(
  director: DirectorUnderTest,
  mode: Mode,
  { modes, grep }: Pick<BenchOptions, 'modes' | 'grep'>,
  isSample: boolean,
): PlannedPackets[] {
  const cases = packetCasesFor(director, mode, grep);
  if (!director.isOwn) return [{ mode, director, lab: 'netns', cases }];
  const isInMemory = (planned: PlannedCase) =>
    takesLong(planned) || (isSample && mode !== sampledMode(planned, modes));
  return [
    { mode, director, lab: 'netns', cases: cases.filter((one) => !isInMemory(one)) },
    { mode, director, lab: 'memory', cases: cases.filter(isInMemory) },
  ];
}

/**
 * The mode in which a quick run plays a case around the running director; in the others it is played in memory. By its name,
 * so that it stays the same as cases come and go.
 */
function sampledMode({ one }: PlannedCase, modes: readonly Mode[]): Mode | undefined {
  const own = modes.filter((mode) => one.modes.includes(mode));
  const letters = [...one.name].map((letter) => letter.charCodeAt(0));
  return own[sum(letters) % own.length];
}
