/** A whole fairness run: every situation, scheduler and mode asked for, live and in memory. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Core, seededRandom } from '../../director/index.ts';
import { type Mode, topologies } from '../../lab/index.ts';
import type { AcrossModes, FairnessResult, ScaleResult } from '../../reports/result-figures.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { tsDirector } from '../directors/ts.ts';
import { runScale } from '../scale/run.ts';
import { acrossModesOf } from './across-modes.ts';
import { placeOf } from './addresses.ts';
import { arrivalsFor } from './arrivals.ts';
import { expectationsOf } from './expected.ts';
import { DEFINITIONS } from './figures/definitions.ts';
import { jobsFor, type MemoryJob, type PlanJob, type QueueJob, type Selection } from './jobs.ts';
import { LiveLab } from './live/live-lab.ts';
import { playLive } from './live/play.ts';
import { playQueuesLive } from './live/queues.ts';
import { playInMemory } from './memory/play.ts';
import { playQueuesInMemory } from './memory/queues.ts';
import { planResult } from './plan-result.ts';
import { queueResults } from './queue-result.ts';
import {
  type Contender,
  fairnessId,
  type ProfileName,
  type QueueRun,
  type QueueScenario,
} from './scenario.ts';

export interface FairnessOptions extends Selection {
  readonly seed: number;
  /** Folder for logs; made if it is not there. */
  readonly outDirectory: string;
  /** Told what goes on now. */
  readonly step: (text: string) => void;
  /** Told each result as soon as it is there. */
  readonly onResult?: (result: FairnessResult) => void;
  /** This repository's unless given. */
  readonly director?: DirectorUnderTest;
  /** Once it is aborted nothing more is begun; what is under way fails with its network. */
  readonly signal?: AbortSignal;
}

export interface FairnessOutcome {
  readonly fairness: FairnessResult[];
  readonly acrossModes: AcrossModes[];
  readonly scale: ScaleResult[];
  /** What each figure is, by its name. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** Servers of a live network. */
const SERVERS = 3;

/** Of the runs at scale that belong to a fairness run; `lvs-lab scale` makes longer ones. */
const SCALE: Readonly<
  Record<ProfileName, { readonly connections: number; readonly schedulers: readonly string[] }>
> = {
  quick: { connections: 200_000, schedulers: ['wlc'] },
  default: { connections: 1_000_000, schedulers: ['rr', 'wlc', 'mh'] },
  full: { connections: 10_000_000, schedulers: ['rr', 'wlc', 'mh'] },
};
const SCALE_SERVERS = 1_000;

/** Never throws for what goes wrong in a network: what could not be played is a result that says why. */
export async function runFairness(options: FairnessOptions): Promise<FairnessOutcome> {
  const run = new FairnessRun(options);
  const jobs = jobsFor(options);
  const isOver = () => options.signal?.aborted === true;
  for (const [mode, live] of jobs.live) if (live.length > 0 && !isOver()) await run.live(mode, live);
  for (const job of jobs.memory) if (!isOver()) await run.memory(job);
  const scale = options.situations === undefined && !isOver() ? await run.scale() : [];
  const fairness = inOrder(run.results);
  return { fairness, acrossModes: acrossModesOf(fairness), scale, definitions: DEFINITIONS };
}

class FairnessRun {
  readonly results: FairnessResult[] = [];
  readonly #options: FairnessOptions;
  readonly #director: DirectorUnderTest;

  constructor(options: FairnessOptions) {
    this.#options = options;
    this.#director = options.director ?? tsDirector;
  }

  /** Everything of one mode that needs a network. */
  async live(mode: Mode, jobs: readonly (PlanJob | QueueJob)[]): Promise<void> {
    const { step, seed, outDirectory } = this.#options;
    const unavailable = await this.#director.unavailable();
    if (unavailable !== undefined) {
      for (const job of jobs) this.#unplayed(job, 'skipped', unavailable);
      return;
    }
    step(`fairness ${mode}: building the network`);
    const runDirectory = join(outDirectory, `fairness-${mode}`);
    await mkdir(runDirectory, { recursive: true });
    const queues = jobs.find((job): job is QueueJob => job.scenario.kind === 'queue')?.scenario;
    let live: LiveLab;
    try {
      live = await LiveLab.bringUp({
        mode,
        servers: SERVERS,
        director: this.#director,
        seed,
        runDirectory,
        ...(queues === undefined ? {} : { slowness: queues.slowness, workers: queues.workers }),
      });
    } catch (error) {
      for (const job of jobs) this.#unplayed(job, 'error', messageOf(error));
      return;
    }
    await using _ = live;
    // Goes through all that the director goes through, so that both draw the same at random.
    const core = this.#core();
    let broken: string | undefined;
    for (const job of jobs) {
      if (broken !== undefined) {
        this.#unplayed(job, 'error', `not played after what came before: ${broken}`);
        continue;
      }
      try {
        if ('contender' in job) await this.#playLive(job, live, core);
        else await this.#queuesLive(job, live);
      } catch (error) {
        broken = messageOf(error);
        this.#unplayed(job, 'error', broken);
      }
    }
  }

  async memory(job: PlanJob | QueueJob | MemoryJob): Promise<void> {
    const { step, seed, profile } = this.#options;
    const { scenario, mode } = job;
    step(`fairness in memory: ${scenario.name}${'contender' in job ? ` ${job.contender.name}` : ''}`);
    // Lets signals through, and the step be seen.
    await new Promise((resolve) => setImmediate(resolve));
    if ('contender' in job) this.#playInMemory(job);
    else if ('connections' in job) this.#queuesInMemory(job);
    else {
      const { contenders } = job;
      this.#add(...job.scenario.run({ contenders, mode, profile, seed }));
    }
  }

  async scale(): Promise<ScaleResult[]> {
    const { schedulers, profile, seed, step } = this.#options;
    const results: ScaleResult[] = [];
    const { connections, schedulers: chosen } = SCALE[profile];
    for (const scheduler of chosen.filter((name) => schedulers.includes(name))) {
      step(`${connections.toLocaleString('en')} connections in memory with ${scheduler}`);
      results.push(await runScale({ scheduler, connections, servers: SCALE_SERVERS, seed }));
    }
    return results;
  }

  async #playLive({ scenario, contender, connections }: PlanJob, live: LiveLab, core: Core): Promise<void> {
    const { seed, step } = this.#options;
    step(`fairness ${live.mode}: ${scenario.name} ${contender.name}`);
    const plan = scenario.plan({ contender, connections, seed });
    const place = live.nextPlace();
    const expectations = expectationsOf(plan, place, core);
    const played = await playLive(plan, place, live);
    const common = { scenario, contender, plan, place, played, expectations, served: played.served };
    this.#add(planResult({ ...common, director: this.#director.name, lab: 'live' }));
  }

  #playInMemory({ scenario, contender, mode, connections }: PlanJob): void {
    const { seed } = this.#options;
    const plan = scenario.plan({ contender, connections, seed });
    const place = placeOf(mode, 0, topologies[mode]({ servers: SERVERS }));
    const played = playInMemory(plan, place, this.#core());
    // The core in memory is what is tested here: only the model can say that it is wrong.
    const expectations = expectationsOf(plan, place, this.#core());
    const common = { scenario, contender, plan, place, played, expectations };
    this.#add(planResult({ ...common, director: tsDirector.name, lab: 'memory' }));
  }

  async #queuesLive(job: QueueJob, live: LiveLab): Promise<void> {
    const arrivals = arrivalsFor(job.scenario, job.connections, this.#options.seed);
    const runs = new Map<string, QueueRun>();
    for (const contender of job.contenders) {
      this.#options.step(`fairness ${live.mode}: ${job.scenario.name} ${contender.name}`);
      const service = serviceOf(job.scenario, contender);
      runs.set(contender.name, await playQueuesLive(service, live.nextPlace(), arrivals, live));
    }
    this.#add(...queueResults(job, runs, 'live', this.#director.name));
  }

  #queuesInMemory(job: QueueJob): void {
    const arrivals = arrivalsFor(job.scenario, job.connections, this.#options.seed);
    const place = placeOf(job.mode, 0, topologies[job.mode]({ servers: SERVERS }));
    const runs = new Map(
      job.contenders.map((contender) => {
        const service = serviceOf(job.scenario, contender);
        return [contender.name, playQueuesInMemory(service, place, arrivals, job.scenario, this.#core())];
      }),
    );
    this.#add(...queueResults(job, runs, 'memory', tsDirector.name));
  }

  #core(): Core {
    return new Core({
      sink: { send: () => undefined },
      random: seededRandom(this.#options.seed),
      maxConnections: 1 << 17,
    });
  }

  #unplayed(job: PlanJob | QueueJob, status: 'skipped' | 'error', reason: string): void {
    const contenders = 'contender' in job ? [job.contender] : job.contenders;
    for (const contender of contenders) {
      const { name, title } = job.scenario;
      this.#add({
        id: fairnessId(name, job.mode, contender),
        situation: name,
        title,
        mode: job.mode,
        director: this.#director.name,
        scheduler: contender.name,
        lab: 'live',
        status,
        reason,
        sample: { connections: 0, detectableEffect: 1, alpha: 0, power: 0 },
        servers: [],
        figures: {},
        deterministic: [],
        series: [],
        conclusion: `It could not be played: ${reason.split('\n')[0]}`,
      });
    }
  }

  #add(...results: readonly FairnessResult[]): void {
    for (const result of results) {
      this.results.push(result);
      this.#options.onResult?.(result);
    }
  }
}

function serviceOf({ weights }: QueueScenario, contender: Contender) {
  return { ...contender, weights, protocol: 'tcp', reachedBy: 'address' } as const;
}

/** By situation, as scenarios are listed; those of one in the order in which they were made. */
function inOrder(results: readonly FairnessResult[]): FairnessResult[] {
  const rank = new Map(fairnessScenarios.map(({ name }, i) => [name, i]));
  return results.toSorted((a, b) => (rank.get(a.situation) ?? 0) - (rank.get(b.situation) ?? 0));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
