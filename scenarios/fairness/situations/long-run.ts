/** As `weights`, with so many connections that a decision in thirty gone elsewhere on one server cannot hide. */
import { decisionsToDetect } from '../../../statistics/sample-size.ts';
import { sharesOf } from '../../../statistics/shares.ts';
import type { PlanScenario } from '../scenario.ts';
import { EFFECT } from '../test-power.ts';
import { weights, weightsWith } from './weights.ts';

/** Of missing a change of the lightest server's share by `EFFECT`. */
const CHANCE_TO_MISS = 1e-4;
const CONNECTIONS = decisionsToDetect(sharesOf([1, 2, 4]), EFFECT, 1 - CHANCE_TO_MISS);

const inMemory = { live: 'no mode', connections: CONNECTIONS } as const;

export const longRun: PlanScenario = {
  ...atLength(weights),
  title: 'Weights 1, 2 and 4 over thousands of connections',
};

function atLength(scenario: PlanScenario): PlanScenario {
  return {
    ...scenario,
    name: 'long-run',
    title: `${scenario.title}, over thousands of connections`,
    question: 'Does every single decision follow the rule?',
    placements: { quick: inMemory, default: inMemory, full: { ...inMemory, live: 'every mode' } },
    withServers: (chosen) => atLength(weightsWith(chosen)),
  };
}
