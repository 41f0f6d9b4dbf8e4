/** What a fairness run consists of: which scenario is played by which scheduler, in which mode, and where. */
import type { Mode } from '../../lab/index.ts';
import { MOST_LIVE_SERVERS } from '../../scenarios/fairness/chosen-servers.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import {
  type Contender,
  type FairnessScenario,
  type MemoryScenario,
  type PlanScenario,
  type ProfileName,
  type QueueScenario,
  serversOf,
} from '../../scenarios/fairness/scenario.ts';

export interface Selection {
  readonly modes: readonly Mode[];
  readonly schedulers: readonly string[];
  readonly profile: ProfileName;
  /** What is played; this project's situations if absent. */
  readonly scenarios?: readonly FairnessScenario[];
  /** Names of scenarios; all if absent. */
  readonly situations?: readonly string[];
  /** What of the user’s wishes is not played, a sentence each. */
  readonly notes?: readonly string[];
}

/** One scheduler in one situation, mode and lab. */
export interface PlanJob {
  readonly scenario: PlanScenario;
  readonly contender: Contender;
  readonly mode: Mode;
  readonly connections: number;
  /** Number of its service, the same in every mode: mh goes by ports, which follow from it. */
  readonly service: number;
}

/** All schedulers of a situation, which are judged together. */
export interface QueueJob {
  readonly scenario: QueueScenario;
  readonly contenders: readonly Contender[];
  readonly mode: Mode;
  readonly connections: number;
  /** Number of the first contender’s service; those of the others follow it. */
  readonly service: number;
}

export interface MemoryJob {
  readonly scenario: MemoryScenario;
  readonly contenders: readonly Contender[];
  readonly mode: Mode;
}

export interface Jobs {
  /** Those with real connections, by mode: one network serves them all, in this order. */
  readonly live: ReadonlyMap<Mode, readonly (PlanJob | QueueJob)[]>;
  readonly memory: readonly (PlanJob | QueueJob | MemoryJob)[];
}

/** Played with real connections in the quick profile; the others are played in memory then. */
const QUICK = new Set(['rr', 'wrr', 'wlc', 'sh', 'mh']);

export function jobsFor({
  modes,
  schedulers,
  profile,
  scenarios = fairnessScenarios,
  situations,
}: Selection): Jobs {
  const live = new Map<Mode, (PlanJob | QueueJob)[]>(modes.map((mode) => [mode, []]));
  const memory: (PlanJob | QueueJob | MemoryJob)[] = [];
  let services = 0;
  for (const scenario of inOrder(scenarios, profile)) {
    if (situations !== undefined && !situations.includes(scenario.name)) continue;
    const contenders = scenario.contenders.filter(({ scheduler }) => schedulers.includes(scheduler));
    if (contenders.length === 0) continue;
    if (scenario.kind === 'memory') {
      memory.push({ scenario, contenders, mode: modes[0] as Mode });
      continue;
    }
    const { connections, live: where } = scenario.placements[profile];
    const ownModes = scenario.kind === 'plan' && scenario.onlyIn !== undefined ? [scenario.onlyIn] : modes;
    const fits = serversOf(scenario) <= MOST_LIVE_SERVERS;
    const listFor = (mode: Mode, isLive: boolean) =>
      isLive && fits && (where === 'every mode' || (where === 'first mode' && mode === ownModes[0]))
        ? (live.get(mode) as (PlanJob | QueueJob)[])
        : memory;
    if (scenario.kind === 'queue') {
      for (const mode of ownModes) {
        listFor(mode, true).push({ scenario, contenders, mode, connections, service: services });
      }
      services += contenders.length;
      continue;
    }
    for (const contender of contenders) {
      const isLive = profile !== 'quick' || QUICK.has(contender.scheduler);
      for (const mode of ownModes) {
        listFor(mode, isLive).push({ scenario, contender, mode, connections, service: services });
      }
      services++;
    }
  }
  return { live, memory };
}

/**
 * What has real connections in every mode comes first: a director that draws at random has then drawn as often in each
 * mode when it comes to a scenario.
 */
function inOrder(scenarios: readonly FairnessScenario[], profile: ProfileName): FairnessScenario[] {
  const isLiveEverywhere = (scenario: FairnessScenario) =>
    scenario.kind !== 'memory' && scenario.placements[profile].live === 'every mode';
  return [
    ...scenarios.filter(isLiveEverywhere),
    ...scenarios.filter((scenario) => !isLiveEverywhere(scenario)),
  ];
}
