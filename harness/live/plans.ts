/** Plays what measures fairness through a running director, and says what came of it. */
import type { Core } from '../../director/index.ts';
import { addressOf } from '../../lab/captures/format.ts';
import { ipNumber, TCP, UDP } from '../../lab/frames/index.ts';
import { duration } from '../../reports/format.ts';
import type { FairnessResult } from '../../reports/result-figures.ts';
import { nameOf, type ServicePlace } from '../../scenarios/fairness/addresses.ts';
import { arrivalsFor, queueService } from '../../scenarios/fairness/plan/arrivals.ts';
import type { Plan, Step } from '../../scenarios/fairness/plan/plan.ts';
import { planResult } from '../../scenarios/fairness/results/plan.ts';
import { queueResults } from '../../scenarios/fairness/results/queue.ts';
import { subjectOf } from '../../scenarios/fairness/results/subject.ts';
import type { QueueRun } from '../../scenarios/fairness/scenario.ts';
import type { Endpoint } from '../../scenarios/kit/session/service-under-test.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { PlanJob, QueueJob } from '../fairness/jobs.ts';
import { expectationsOf } from '../fairness/memory-jobs.ts';
import type { LiveLab } from './live-lab.ts';
import { playPlanLive } from './play-plan.ts';
import { playQueuesLive } from './play-queues.ts';
import { MARKED_PREFIX } from './topology.ts';

export type LiveJob = PlanJob | QueueJob;

export interface PlanContext {
  readonly director: DirectorUnderTest;
  readonly seed: number;
  readonly step: (text: string) => void;
  /** Goes through all plans that the director goes through, so that both draw the same at random. */
  readonly core: Core;
}

/** How long the director remembers connections that were refused, and the first of those that ended. */
const REFUSED_STAY_MS = 10_000;
const ENDED_STAY_MS = 60_000;

/** Steps after which the rules that a captured packet is judged by are no longer those that it was sent under. */
const DISTURBING: ReadonlySet<Step['do']> = new Set(['weight', 'add', 'remove', 'crash', 'restart']);

/** Whether every packet of a plan can be judged: nothing changes meanwhile, and nothing but the scheduler decides. */
export function isSteady(plan: Plan): boolean {
  return plan.service.persistence === undefined && !plan.steps.some((step) => DISTURBING.has(step.do));
}

export function planOf({ scenario, contender, connections }: PlanJob, seed: number): Plan {
  return scenario.plan({ contender, connections, seed });
}

export interface PlayedPlan {
  readonly result: FairnessResult;
  /** The service as captured packets show it. */
  readonly endpoint: Endpoint;
}

export async function playPlan(
  { scenario, contender, service }: PlanJob,
  made: Plan,
  live: LiveLab,
  { step, director, core }: PlanContext,
): Promise<PlayedPlan> {
  step(`${live.mode}: ${scenario.name} ${contender.name}`);
  const place = live.placeOf(service, scenario.servers);
  // Who keeps the rule alone is not held to a model’s decisions.
  const isExact = director.declared.schedulers[contender.scheduler] === 'exact';
  const expectations = isExact ? expectationsOf(made, place, core) : [];
  const played = await playPlanLive(made, place, live);
  const common = { scenario, contender, plan: made, place, played, expectations, served: played.served };
  const result = planResult({ ...common, isExact, director: director.name, lab: 'live' });
  return {
    result: inTime(made, played.durationMs) ? result : tooLate(result, played.durationMs),
    endpoint: endpointOf(made, place),
  };
}

function endpointOf({ service }: Plan, place: ServicePlace): Endpoint {
  const isByMark = service.reachedBy === 'mark';
  const vip = addressOf(place.vip);
  return {
    protocol: service.protocol === 'udp' ? UDP : TCP,
    name: nameOf(service, place),
    isAddress: isByMark ? within(MARKED_PREFIX) : (address) => address === vip,
    port: place.port,
    serverPort: place.port,
    scheduler: service.scheduler,
    flags: service.flags,
    weights: service.weights,
    isByMark,
  };
}

/** Whether an address lies in a prefix such as `10.77.0.0/16`. Addresses are signed, as captures have them. */
export function within(prefix: string): (address: number) => boolean {
  const [network = '', length = '32'] = prefix.split('/');
  const shift = 32 - Number(length);
  const wanted = ipNumber(network) >>> shift;
  return (address) => address >>> shift === wanted;
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

export async function playQueues(
  job: QueueJob,
  live: LiveLab,
  { seed, step, director }: PlanContext,
): Promise<FairnessResult[]> {
  const { scenario, contenders, connections, service: first } = job;
  const arrivals = arrivalsFor(scenario, connections, seed);
  const runs = new Map<string, QueueRun>();
  for (const [index, contender] of contenders.entries()) {
    step(`${live.mode}: ${scenario.name} ${contender.name}`);
    const service = queueService(scenario, contender);
    runs.set(
      contender.name,
      await playQueuesLive(service, live.placeOf(first + index, scenario.weights.length), arrivals, live),
    );
  }
  return queueResults({ ...job, runs, lab: 'live', director: director.name });
}

/** Results of a job that could not be played. */
export function unplayed(
  job: LiveJob,
  director: string,
  status: 'skipped' | 'error',
  reason: string,
): FairnessResult[] {
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
