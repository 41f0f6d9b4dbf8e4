/** What a user asks to be played in place of this project's situations as they are: other servers, or the user's own rules. */
import { withChosenServers } from '../../scenarios/fairness/chosen-servers.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import { readOwnRules } from '../../scenarios/fairness/own-rules.ts';
import type { ChosenServers } from '../../scenarios/fairness/scenario.ts';
import { ALL_SCHEDULERS } from '../../scenarios/models/schedulers.ts';
import { readRules } from '../rule-files/index.ts';
import type { Selection } from './jobs.ts';

export interface SetupFlags extends ChosenServers {
  /** File of rules. */
  readonly rules?: string;
  /** Names of situations; all if absent. */
  readonly situation?: readonly string[];
}

/** The part of a selection that follows from what was asked for; nothing where nothing was. */
export type OwnSetup = Pick<Selection, 'scenarios' | 'notes'> &
  Partial<Pick<Selection, 'modes' | 'schedulers' | 'situations'>>;

/** @throws RuleError for rules that cannot be read or played; names the line where one is wrong. */
export async function ownSetup({ rules, servers, weights, situation }: SetupFlags): Promise<OwnSetup> {
  if (rules !== undefined) {
    const { scenarios, modes, skipped } = readOwnRules(await readRules(rules), rules);
    return {
      scenarios,
      modes,
      schedulers: ALL_SCHEDULERS,
      situations: scenarios.map(({ name }) => name),
      notes: skipped,
    };
  }
  if (servers === undefined && weights === undefined) return {};
  const wanted = fairnessScenarios.filter(({ name }) => situation === undefined || situation.includes(name));
  const { scenarios, kept } = withChosenServers(wanted, {
    ...(servers !== undefined && { servers }),
    ...(weights !== undefined && { weights }),
  });
  return { scenarios, notes: kept };
}
