/** Carries out the jobs of one mode that need a network: one network and one director serve them all. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../../../director/index.ts';
import type { Mode } from '../../../lab/index.ts';
import { duration } from '../../../reports/format.ts';
import type { FairnessResult } from '../../../reports/result-figures.ts';
import { arrivalsFor, queueService } from '../../../scenarios/fairness/plan/arrivals.ts';
import type { Plan } from '../../../scenarios/fairness/plan/plan.ts';
import { planResult } from '../../../scenarios/fairness/results/plan.ts';
import { queueResults } from '../../../scenarios/fairness/results/queue.ts';
import { subjectOf } from '../../../scenarios/fairness/results/subject.ts';
import { type QueueRun, serversOf } from '../../../scenarios/fairness/scenario.ts';
import type { DirectorUnderTest } from '../../directors/director-under-test.ts';
import type { PlanJob, QueueJob } from '../jobs.ts';
import { expectationsOf, newCore } from '../memory-jobs.ts';
import { LiveLab } from './live-lab.ts';
import { playPlanLive } from './play-plan.ts';
import { playQueuesLive } from './play-queues.ts';

export interface LiveContext {
  readonly director: DirectorUnderTest;
  readonly seed: number;
  readonly outDirectory: string;
  readonly step: (text: string) => void;
}

type Job = PlanJob | QueueJob;

/** How long the director remembers connections that were refused, and the first of those that ended. */
const REFUSED_STAY_MS = 10_000;
const ENDED_STAY_MS = 60_000;

/** Each result as soon as it is there. Where something goes wrong, every job that was to follow gets a result that says so. */
export async function* liveResults(
  mode: Mode,
  jobs: readonly Job[],
  context: LiveContext,
): AsyncGenerator<FairnessResult> {
  const { director, step } = context;
  const unavailable = await director.unavailable();
  if (unavailable !== undefined) {
    yield* jobs.flatMap((job) => unplayed(job, director.name, 'skipped', unavailable));
    return;
  }
  let done = 0;
  try {
    step(`fairness ${mode}: building the network`);
    await using live = await bringUp(mode, jobs, context);
    // Goes through all that the director goes through, so that both draw the same at random.
    const core = newCore(context.seed);
    for (const job of jobs) {
      const results =
        'contender' in job ? [await plan(job, live, core, context)] : await queues(job, live, context);
      done++;
      yield* results;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    yield* jobs.slice(done).flatMap((job) => unplayed(job, director.name, 'error', reason));
  }
}

async function bringUp(
  mode: Mode,
  jobs: readonly Job[],
  { director, seed, outDirectory }: LiveContext,
): Promise<LiveLab> {
  const runDirectory = join(outDirectory, `fairness-${mode}`);
  await mkdir(runDirectory, { recursive: true });
  const servers = jobs.find((job): job is QueueJob => job.scenario.kind === 'queue')?.scenario;
  return LiveLab.bringUp({
    mode,
    servers: Math.max(...jobs.map(({ scenario }) => serversOf(scenario))),
    director,
    seed,
    runDirectory,
    ...(servers === undefined ? {} : { slowness: servers.slowness, workers: servers.workers }),
  });
}

async function plan(
  { scenario, contender, connections }: PlanJob,
  live: LiveLab,
  core: Core,
  { seed, step, director }: LiveContext,
): Promise<FairnessResult> {
  step(`fairness ${live.mode}: ${scenario.name} ${contender.name}`);
  const made = scenario.plan({ contender, connections, seed });
  const place = live.nextPlace(scenario.servers);
  const expectations = expectationsOf(made, place, core);
  const played = await playPlanLive(made, place, live);
  const common = { scenario, contender, plan: made, place, played, expectations, served: played.served };
  const result = planResult({ ...common, director: director.name, lab: 'live' });
  return inTime(made, played.durationMs) ? result : tooLate(result, played.durationMs);
}

/** Whether it was over before connections expired in the director, which plans do not model. */
function inTime({ steps }: Plan, durationMs: number): boolean {
  return durationMs < (steps.some((step) => step.do === 'crash') ? REFUSED_STAY_MS : ENDED_STAY_MS);
}

/** On a machine that was too slow, a difference proves nothing; where there is none, nothing is wrong. */
function tooLate(result: FairnessResult, durationMs: number): FairnessResult {
  if (result.status !== 'failed') return result;
  const reason = `It took ${duration(durationMs)}, so connections expired meanwhile, and counts cannot be compared.`;
  return { ...result, status: 'error', reason };
}

async function queues(
  job: QueueJob,
  live: LiveLab,
  { seed, step, director }: LiveContext,
): Promise<FairnessResult[]> {
  const { scenario, contenders, connections } = job;
  const arrivals = arrivalsFor(scenario, connections, seed);
  const runs = new Map<string, QueueRun>();
  for (const contender of contenders) {
    step(`fairness ${live.mode}: ${scenario.name} ${contender.name}`);
    const service = queueService(scenario, contender);
    runs.set(
      contender.name,
      await playQueuesLive(service, live.nextPlace(scenario.weights.length), arrivals, live),
    );
  }
  return queueResults({ ...job, runs, lab: 'live', director: director.name });
}

function unplayed(job: Job, director: string, status: 'skipped' | 'error', reason: string): FairnessResult[] {
  const { scenario, mode } = job;
  const contenders = 'contender' in job ? [job.contender] : job.contenders;
  return contenders.map((contender) => ({
    ...subjectOf({ scenario, contender, mode, director, lab: 'live' }),
    status,
    reason,
    sample: { connections: 0, tests: [] },
    servers: [],
    figures: {},
    deterministic: [],
    series: [],
    conclusion: `It could not be played: ${reason.split('\n')[0]}`,
  }));
}
