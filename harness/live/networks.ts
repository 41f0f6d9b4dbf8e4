/** Which rounds are played in which network. */
import type { Mode } from '../../lab/index.ts';
import type { SessionCase } from '../../scenarios/kit/session-case.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import type { LiveJob } from './plans.ts';

/** The traffic of one scheduler, and the cases that are judged from it. */
export interface PlannedSession {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly scheduler: string;
  readonly scenarios: readonly SessionCase[];
}

/** What is asked of one scheduler. Without cases there is no traffic but that of plans. */
export interface Round extends PlannedSession {
  /** What measures its fairness. */
  readonly jobs: readonly LiveJob[];
}

/** What is played in one network, round by round. */
export interface PlannedNetwork {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly rounds: readonly Round[];
}

/**
 * Puts sessions and what measures fairness together: each scheduler has one round, in which both are played. Schedulers
 * without a session come in rounds without traffic of cases, and what sets several schedulers beside each other last.
 */
export function networksOf(
  sessions: readonly PlannedSession[],
  jobs: ReadonlyMap<Mode, readonly LiveJob[]>,
  measured: DirectorUnderTest = ownDirector,
): PlannedNetwork[] {
  const pairs = [...sessions, ...[...jobs.keys()].map((mode) => ({ mode, director: measured }))];
  const networks = new Map(
    pairs.map(({ mode, director }) => [`${mode} ${director.name}`, { mode, director }]),
  );
  return [...networks.values()].flatMap(({ mode, director }) => {
    const own = sessions.filter((one) => one.mode === mode && one.director === director);
    const its = director === measured ? (jobs.get(mode) ?? []) : [];
    const schedulers = new Set([
      ...own.map(({ scheduler }) => scheduler),
      ...its.flatMap((job) => ('contender' in job ? [job.contender.scheduler] : [])),
    ]);
    const rounds = [...schedulers].map(
      (scheduler): Round => ({
        mode,
        director,
        scheduler,
        scenarios: own.find((one) => one.scheduler === scheduler)?.scenarios ?? [],
        jobs: its.filter((job) => 'contender' in job && job.contender.scheduler === scheduler),
      }),
    );
    const together = its
      .filter((job) => !('contender' in job))
      .map((job): Round => ({ mode, director, scheduler: job.scenario.name, scenarios: [], jobs: [job] }));
    return rounds.length + together.length === 0
      ? []
      : [{ mode, director, rounds: [...rounds, ...together] }];
  });
}
