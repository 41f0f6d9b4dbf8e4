/** What a fairness scenario is: a situation that operators know, the connections that make it, and what must come of it. */
import type { Mode } from '../../lab/index.ts';
import type { Source } from '../kit/requirement.ts';
import type { ServicePlace } from './addresses.ts';
import type { Plan, PlanTrace } from './plan/plan.ts';
import type { Series, SituationResult } from './results/result.ts';

export type ProfileName = 'quick' | 'default' | 'full';

/** A scheduler, perhaps with one of its flags. */
export interface Contender {
  /** The flag where there is one, as it says whose it is: `sh-port`; else the scheduler. */
  readonly name: string;
  readonly scheduler: string;
  /** As for `ipvsadm -b`. */
  readonly flags?: string;
}

/** In which of the modes asked for a scenario is played with real connections; in the others it is played in memory. */
export interface Placement {
  readonly live: 'every mode' | 'first mode' | 'no mode';
  /** Or as many requests. */
  readonly connections: number;
}

/** Servers that a user asks for in place of a situation's own. */
export interface ChosenServers {
  readonly servers?: number;
  /** In order; repeated where there are more servers, and cut where there are fewer. */
  readonly weights?: readonly number[];
}

export interface Situation {
  /** Its name in results: `weights`. */
  readonly name: string;
  readonly title: string;
  /** What operators want to know, as a question. */
  readonly question: string;
  readonly sources: readonly Source[];
  readonly contenders: readonly Contender[];
  /** Makes it with servers of the user's choice; or why it keeps its own, in a sentence. */
  readonly withServers: ((chosen: ChosenServers) => FairnessScenario) | string;
}

/** What a scenario says of one run. */
export interface SituationVerdict {
  /** What does not hold, a sentence each: with one of them it has failed. */
  readonly findings: readonly string[];
  /** It is a property that one should know, and nothing that could be asked for. */
  readonly isShown?: boolean;
  /** Beside those that every run has. */
  readonly figures?: Readonly<Record<string, number>>;
  readonly series?: readonly Series[];
  readonly conclusion: string;
}

export interface PlanOptions {
  readonly contender: Contender;
  readonly connections: number;
  readonly seed: number;
}

/** What is known of a plan that was played. */
export interface Observed {
  readonly contender: Contender;
  readonly plan: Plan;
  readonly place: ServicePlace;
  readonly played: PlanTrace;
}

/** Connections one after the other: what comes of them follows from the plan alone, to the digit. */
export interface PlanScenario extends Situation {
  readonly kind: 'plan';
  /** Real servers that take part, from the beginning or later. */
  readonly servers: number;
  readonly placements: Readonly<Record<ProfileName, Placement>>;
  /** The only mode in which it is played; in all that are asked for if absent. */
  readonly onlyIn?: Mode;
  /** What of a user’s own rules it plays; absent where it is none of the user’s. */
  readonly yours?: YourService;
  /** Whether how evenly connections were dealt out means something here; else only who got how many is said. */
  readonly measuresEvenness: boolean;
  /** Whether the scheduler must decide alike in all modes. */
  readonly acrossModes: (contender: Contender) => AcrossModesRule;
  readonly plan: (options: PlanOptions) => Plan;
  /** Shares that the scheduler's rule entitles servers to; undefined where it promises none. */
  readonly idealShares?: (
    observed: Pick<Observed, 'contender' | 'plan' | 'place'>,
  ) => readonly number[] | undefined;
  readonly judge: (observed: Observed) => SituationVerdict;
}

/** A virtual service of a user’s own rules, in words. */
export interface YourService {
  /** `TCP 192.0.2.10:80` */
  readonly service: string;
  /** Addresses of its real servers, in the order in which they were added. */
  readonly servers: readonly string[];
  /** What is played otherwise than the rules say. */
  readonly otherwise: readonly MappedRule[];
}

/** What stands in a user’s own rules, and what was played for it. */
export interface MappedRule {
  readonly yours: string;
  readonly lab: string;
}

export interface AcrossModesRule {
  readonly mustBeAlike: boolean;
  /** Why it must be so, or need not, in a sentence or two. */
  readonly reason: string;
}

/** Real servers that take part in a scenario that has connections. */
export function serversOf(scenario: PlanScenario | QueueScenario): number {
  return scenario.kind === 'plan' ? scenario.servers : scenario.weights.length;
}

/** Requests that come at their own times, whether or not earlier ones have been answered; servers work on few at once. */
export interface QueueScenario extends Situation {
  readonly kind: 'queue';
  readonly placements: Readonly<Record<ProfileName, Placement>>;
  /** For each server, how many times as long its work takes as on one of slowness 1. */
  readonly slowness: readonly number[];
  readonly weights: readonly number[];
  /** Requests that a server works on at once. */
  readonly workers: number;
  readonly arrivalsPerSecond: number;
  /** Of the work that a request means, which is distributed exponentially. */
  readonly meanWorkMs: number;
  /** Judges all contenders together: they are set beside each other. By name. */
  readonly judge: (runs: ReadonlyMap<string, QueueRun>) => ReadonlyMap<string, SituationVerdict>;
}

/** One request that came of its own accord. */
export interface Arrival {
  readonly atMs: number;
  readonly workMs: number;
  readonly client: string;
  readonly clientPort: number;
}

export interface QueueRun {
  /** For each arrival in turn the index of its server. */
  readonly decisions: readonly number[];
  /** For each arrival in turn, from when it was meant to come until its answer was whole. */
  readonly latenciesMs: readonly number[];
}

/** What needs neither a network nor a clock: tables, and draws by the million. */
export interface MemoryScenario extends Situation {
  readonly kind: 'memory';
  /** Why the mode makes no difference, so that one result stands for all modes. A sentence. */
  readonly sameInEveryMode: string;
  /** Results for the contenders asked for. */
  readonly run: (options: MemoryOptions) => SituationResult[];
}

export interface MemoryOptions {
  readonly contenders: readonly Contender[];
  readonly mode: Mode;
  /** Name in results. */
  readonly director: string;
  readonly profile: ProfileName;
  readonly seed: number;
}

export type FairnessScenario = PlanScenario | QueueScenario | MemoryScenario;

/** Contenders by name; flags say whose they are. */
export function contenders(...names: readonly string[]): Contender[] {
  return names.map((name) => {
    const [scheduler = name, flag] = name.split('-');
    return flag === undefined ? { name, scheduler } : { name, scheduler, flags: name };
  });
}

/** The id of a result. */
export function fairnessId(situation: string, mode: Mode, contender: Pick<Contender, 'name'>): string {
  return `fairness/${situation}/${mode}/${contender.name}`;
}
