/** Plays packet cases, mode beside mode where they have networks of their own. */
import { availableParallelism } from 'node:os';
import type { Mode } from '../../lab/index.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import type { SessionCase } from '../../scenarios/kit/session-case.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { sideBySide } from '../run/side-by-side.ts';
import { LABS, NETWORKS, ReopeningRunner } from './labs.ts';
import type { PlannedCase } from './planned-case.ts';
import { type CatalogueContext, runCase } from './run-cases.ts';
import { runConversation } from './run-conversation.ts';

export interface ModePlan {
  readonly mode: Mode;
  readonly lab: Exclude<LabKind, 'live'>;
  readonly director: DirectorUnderTest;
  readonly seed: number;
  /** As `CatalogueContext.notesNeeds`. */
  readonly notesNeeds?: boolean;
  readonly cases: readonly PlannedCase[];
  /** Cases of a live session, to be judged by a scripted conversation; none where there was a live session. */
  readonly scenarios: readonly SessionCase[];
  /** A number that no case of the catalogue has. */
  readonly conversationIndex: number;
}

export interface PlayContext {
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  /** Told the name of each case that begins. */
  readonly step: (what: string) => void;
  /** Told each result, in the order of the plan’s cases. @param at Number of the plan. */
  readonly played: (at: number, result: CaseResult) => void;
  /** Once it says so, what is still played is not told: after a signal the lab is taken down while a case runs. */
  readonly isOver: () => boolean;
}

/**
 * Begins to play all plans.
 *
 * @returns for each plan when it has ended. Rejects with a CaptureError if captures cannot be kept; what becomes of
 * single cases is in their results.
 */
export type PlayPlans = (plans: readonly ModePlan[], context: PlayContext) => readonly Promise<void>[];

/** In this process. */
export const playPlans: PlayPlans = (plans, context) => {
  const beside = plans.filter(waits).length;
  const begin = (plan: ModePlan) => {
    const networks = plan.director.isEmulated === true ? availableParallelism() : NETWORKS;
    const side = waits(plan) ? Math.ceil(networks / beside) : 1;
    return playPlan(plan, side, plans.indexOf(plan), context);
  };
  const ended = plans.map((plan) => (waits(plan) ? begin(plan) : undefined));
  // Cases in memory never wait: beside them, whoever waits in a network would be heard late.
  let previous: Promise<unknown> = Promise.allSettled(ended);
  return plans.map((plan, at) => {
    const one = ended[at] ?? previous.then(() => begin(plan));
    if (ended[at] === undefined) previous = one;
    return one;
  });
};

/** Whether its cases wait for others than this process. */
function waits({ lab, director }: ModePlan): boolean {
  return lab === 'netns' || director.startOnWires !== undefined;
}

async function playPlan(
  { mode, lab, director, seed, notesNeeds = false, scenarios, conversationIndex, cases }: ModePlan,
  networks: number,
  at: number,
  { resultDirectory, step, played, isOver }: PlayContext,
): Promise<void> {
  const players = Array.from(
    { length: networks },
    (_, number) => new ReopeningRunner(LABS[lab], { mode, director, seed, resultDirectory, number }),
  );
  await using _closing = {
    async [Symbol.asyncDispose]() {
      await Promise.all(players.map((player) => player[Symbol.asyncDispose]()));
    },
  };
  const knownDifferences = (await director.knownDifferences?.()) ?? new Map();
  const runs = players.map(
    (player): CatalogueContext => ({
      ...{ mode, lab, director, notesNeeds, player, resultDirectory, knownDifferences },
    }),
  );
  if (scenarios.length > 0) {
    step(`${mode}: a scripted conversation`);
    const conversed = { ...(runs[0] as CatalogueContext), seed, index: conversationIndex };
    for (const result of await runConversation(scenarios, conversed)) {
      if (isOver()) return;
      played(at, result);
    }
  }
  const workers = runs.map((run) => (planned: PlannedCase) => {
    step(`${mode}/${planned.one.name}`);
    return runCase(planned, run);
  });
  for await (const result of sideBySide(cases, workers)) {
    if (isOver()) return;
    played(at, result);
  }
}
