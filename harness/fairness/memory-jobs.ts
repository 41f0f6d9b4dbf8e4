/** Carries out the jobs that need no network. */
import { Core, seededRandom } from '../../director/index.ts';
import { type Mode, topologies } from '../../lab/index.ts';
import type { FairnessResult } from '../../reports/result-figures.ts';
import { placeOf, type ServicePlace } from '../../scenarios/fairness/addresses.ts';
import { arrivalsFor, queueService } from '../../scenarios/fairness/plan/arrivals.ts';
import type { Expectation } from '../../scenarios/fairness/plan/differences.ts';
import { whyNoModel } from '../../scenarios/fairness/plan/model-coverage.ts';
import { playByModel } from '../../scenarios/fairness/plan/model-run.ts';
import type { Plan } from '../../scenarios/fairness/plan/plan.ts';
import { planResult } from '../../scenarios/fairness/results/plan.ts';
import { queueResults } from '../../scenarios/fairness/results/queue.ts';
import type { ProfileName } from '../../scenarios/fairness/scenario.ts';
import { ownDirector } from '../directors/index.ts';
import type { MemoryJob, PlanJob, QueueJob } from './jobs.ts';
import { playInMemory } from './memory-player.ts';
import { playQueuesInMemory } from './memory-queues.ts';

export interface MemoryContext {
  readonly seed: number;
  readonly profile: ProfileName;
}

/** Room for all that one plan leaves in the table, and all plans of a mode together. */
const ONE_PLAN = 1 << 14;
const ALL_PLANS = 1 << 17;

export function memoryResults(
  job: PlanJob | QueueJob | MemoryJob,
  { seed, profile }: MemoryContext,
): FairnessResult[] {
  if ('contender' in job) return [planInMemory(job, seed)];
  if ('connections' in job) return queuesInMemory(job, seed);
  const { scenario, contenders, mode } = job;
  return scenario.run({ contenders, mode, profile, seed, director: ownDirector.name });
}

/**
 * The expected outcome of a plan: by the reference model of its scheduler where there is one, and by the core in memory.
 *
 * @param core In the state that the director under test is in.
 */
export function expectationsOf(plan: Plan, place: ServicePlace, core: Core): Expectation[] {
  return [
    ...modelExpectation(plan, place),
    { by: 'the core in memory', played: playInMemory(plan, place, core) },
  ];
}

function modelExpectation(plan: Plan, place: ServicePlace): Expectation[] {
  return whyNoModel(plan) === undefined
    ? [{ by: 'the reference model', played: playByModel(plan, place) }]
    : [];
}

/** A director's core as it starts with this seed. */
export function newCore(seed: number, maxConnections = ALL_PLANS): Core {
  return new Core({ sink: { send: () => undefined }, random: seededRandom(seed), maxConnections });
}

function planInMemory({ scenario, contender, mode, connections }: PlanJob, seed: number): FairnessResult {
  const plan = scenario.plan({ contender, connections, seed });
  const place = firstPlace(mode, scenario.servers);
  const played = playInMemory(plan, place, newCore(seed, ONE_PLAN));
  // The core in memory is what is tested here: only the model can say that it is wrong.
  const expectations = modelExpectation(plan, place);
  const common = { scenario, contender, plan, place, played, expectations };
  return planResult({ ...common, director: ownDirector.name, lab: 'memory' });
}

function queuesInMemory(job: QueueJob, seed: number): FairnessResult[] {
  const { scenario, contenders, mode, connections } = job;
  const arrivals = arrivalsFor(scenario, connections, seed);
  const runs = new Map(
    contenders.map((contender) => {
      const service = queueService(scenario, contender);
      const run = playQueuesInMemory(
        service,
        firstPlace(mode, scenario.weights.length),
        arrivals,
        scenario,
        newCore(seed, ONE_PLAN),
      );
      return [contender.name, run];
    }),
  );
  return queueResults({ ...job, runs, lab: 'memory', director: ownDirector.name });
}

function firstPlace(mode: Mode, servers: number): ServicePlace {
  return placeOf(mode, 0, topologies[mode]({ servers }));
}
