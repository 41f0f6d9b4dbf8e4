/** The live runs of one mode: a network is built once, and each scheduler has its round in it. */
import { join } from 'node:path';
import { type Lab, type Mode, topologies } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { CaseResult, Session } from '../../reports/result.ts';
import type { FairnessResult } from '../../reports/result-figures.ts';
import { serversOf } from '../../scenarios/fairness/scenario.ts';
import { serviceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';
import { ConnectionLoads } from '../../scenarios/models/connection-loads.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { newCore } from '../fairness/memory-jobs.ts';
import { evidenceDirectory } from '../run/evidence-directory.ts';
import { messageOf } from '../run/result-folder.ts';
import type { Load } from '../traffic/context.ts';
import { unjudged } from './judge.ts';
import { LiveLab } from './live-lab.ts';
import type { Round } from './networks.ts';
import { unplayed } from './plans.ts';
import { type JudgedRound, judgeRound, type PlayedRound, playRound } from './round.ts';

export interface LiveOptions {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly rounds: readonly Round[];
  /** Real servers at least; plans may need more. */
  readonly servers: number;
  /** Of the servers that a scheduler's traffic goes to, in turn. */
  readonly weightsFor: (scheduler: string) => readonly number[];
  readonly seed: number;
  readonly load: Load;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  readonly broken?: string | undefined;
  readonly keep: boolean;
  /** Whether a signal has come, after which nothing that fails is a problem. */
  readonly isInterrupted: () => boolean;
}

/** Told as soon as there is something to tell. */
export interface LiveListener {
  step(text: string): void;
  roundStarted(round: Round): void;
  fairness(results: readonly FairnessResult[]): void;
  judged(round: Round, cases: readonly CaseResult[], session: Session | undefined): void;
  /** What has gone wrong with a round, or with the network. */
  problem(round: Round, reason: string): void;
  /** A network that stays up. */
  kept(lab: Lab): void;
}

/**
 * Plays all rounds, and judges each while the next one is played. Does not throw when something goes wrong: rounds that
 * could not be played or judged are told as such. A network in which something went wrong is not used any further.
 */
export async function runRounds(options: LiveOptions, listener: LiveListener): Promise<void> {
  const { rounds, keep, isInterrupted } = options;
  const told = new Set<Round>();
  const tell = (round: Round, cases: readonly CaseResult[], session?: Session) => {
    told.add(round);
    listener.judged(round, cases, session);
  };
  const fail = (round: Round, error: unknown) => {
    const reason = messageOf(error);
    if (!isInterrupted()) listener.problem(round, reason);
    const short = `its session produced no evidence: ${reason.split('\n')[0]}`;
    tell(
      round,
      round.scenarios.map((scenario) => unjudged(scenario, round, short)),
    );
  };
  let playing = rounds[0] as Round;
  const unplayedJobs = new Set(rounds.flatMap(({ jobs }) => jobs));
  try {
    listener.step(`${options.mode}: building the network`);
    const live = await bringUp(options);
    await using _down = live;
    const context = contextOf(options, live, listener, unplayedJobs);
    let judging: Promise<void> = Promise.resolve();
    const judgeLater = (played: PlayedRound) => {
      judging = judging.then(() =>
        judgeRound(played, context).then(
          ({ session, cases }: JudgedRound) => tell(played.round, cases, session),
          (error: unknown) => fail(played.round, error),
        ),
      );
    };
    try {
      let number = 0;
      for (const round of rounds) {
        playing = round;
        listener.roundStarted(round);
        const played = await playRound(round, number, context);
        if (played !== undefined) number++;
        // One round waits to be judged at most: captures of more than two would fill the memory.
        await judging;
        if (played === undefined) tell(round, []);
        else judgeLater(played);
      }
      if (keep) {
        await live.keep();
        listener.kept(live.lab);
      } else await live.endDirector();
    } finally {
      await judging;
    }
  } catch (error) {
    if (!told.has(playing)) fail(playing, error);
    else if (!isInterrupted()) listener.problem(playing, messageOf(error));
    const reason = `${playing.scheduler}: ${messageOf(error)}`;
    for (const round of rounds.filter((one) => !told.has(one))) {
      tell(
        round,
        round.scenarios.map((scenario) =>
          unjudged(scenario, round, `its network failed with ${reason.split('\n')[0]}`),
        ),
      );
    }
    listener.fairness(
      [...unplayedJobs].flatMap((job) => unplayed(job, options.director.name, 'error', reason)),
    );
  }
}

function bringUp(options: LiveOptions): Promise<LiveLab> {
  const { mode, director, seed, resultDirectory, broken, rounds } = options;
  const jobs = rounds.flatMap((round) => round.jobs);
  const servers = Math.max(options.servers, ...jobs.map(({ scenario }) => serversOf(scenario)));
  const queue = jobs.find((job) => !('contender' in job))?.scenario;
  const { slowness, workers } = queue?.kind === 'queue' ? queue : {};
  return LiveLab.bringUp({
    mode,
    servers,
    director,
    seed,
    runDirectory: join(evidenceDirectory(resultDirectory, director), `live-${mode}`),
    service: serviceUnderTest(topologies[mode]({ servers }), 'rr', [1]),
    isCaptured: rounds.some(({ scenarios }) => scenarios.length > 0),
    broken,
    slowness,
    workers,
  });
}

function contextOf(
  { director, seed, load, weightsFor, resultDirectory, broken, mode }: LiveOptions,
  live: LiveLab,
  listener: LiveListener,
  unplayedJobs: Set<Round['jobs'][number]>,
) {
  return {
    live,
    director,
    seed,
    load,
    weightsFor,
    resultDirectory,
    core: newCore(seed),
    isBroken: broken !== undefined,
    loads: new ConnectionLoads(MODES[mode].repliesPassDirector),
    step: (text: string) => listener.step(text),
    onFairness: (results: readonly FairnessResult[]) => {
      for (const job of unplayedJobs) if (isOf(results, job)) unplayedJobs.delete(job);
      listener.fairness(results);
    },
  };
}

/** Whether these are the results of a job. */
function isOf(results: readonly FairnessResult[], job: Round['jobs'][number]): boolean {
  const names = 'contender' in job ? [job.contender.name] : job.contenders.map(({ name }) => name);
  return results.some(
    ({ situation, scheduler }) => situation === job.scenario.name && names.includes(scheduler),
  );
}
