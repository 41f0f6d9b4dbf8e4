/** Whether the scheduler that draws at random draws as it says, decision by decision, while servers are at work. */

import { Calibration } from '../../../statistics/calibration.ts';
import { evennessOf } from '../../../statistics/evenness.ts';
import { decisionsToCalibrate, effectSeenByCalibration } from '../../../statistics/sample-size.ts';
import { countsOf, sharesOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { isRandom } from '../../models/choice.ts';
import { probabilitiesOf } from '../../models/reference-model.ts';
import { schedulersWhere } from '../../models/schedulers.ts';
import { loadedDraws } from '../memory/loaded-draws.ts';
import { memoryResult } from '../results/memory.ts';
import type { SituationResult } from '../results/result.ts';
import { type Contender, contenders, type MemoryOptions, type MemoryScenario } from '../scenario.ts';
import { ALPHA, EFFECT, TEST_POWER } from '../test-power.ts';
import { MEASURED_ONCE } from './kept-servers.ts';

const WEIGHTS = [1, 1, 1];

export const calibration: MemoryScenario = {
  kind: 'memory',
  name: 'calibration',
  title: 'Random choices under load',
  question: 'Does each random choice have the probability that the rule gives it?',
  sources: [kernel('twos, §2.10')],
  contenders: contenders(...schedulersWhere(({ model }) => isRandom(model))),
  withServers: MEASURED_ONCE,
  sameInEveryMode:
    'Clients open and end every connection, and their packets pass the director in every mode.',
  run: (options) => options.contenders.map((contender) => result(contender, options)),
};

function result(contender: Contender, { mode, director, seed }: MemoryOptions): SituationResult {
  const shares = sharesOf(WEIGHTS);
  const connections = decisionsToCalibrate(shares, EFFECT, TEST_POWER);
  const calibrated = new Calibration(WEIGHTS.length);
  const decisions: number[] = [];
  for (const { list, chosen } of loadedDraws({ contender, weights: WEIGHTS, mode, seed, connections })) {
    const probabilities = probabilitiesOf(contender.scheduler, list);
    calibrated.see(
      chosen,
      WEIGHTS.map((_, server) => probabilities.get(String(server)) as number),
    );
    decisions.push(chosen);
  }
  const { worst, p } = calibrated;
  return memoryResult({
    scenario: calibration,
    contender,
    mode,
    director,
    weights: WEIGHTS,
    decisions,
    sample: {
      connections,
      tests: [
        {
          of: 'probabilities',
          detectableEffect: effectSeenByCalibration(shares, connections, TEST_POWER),
          ...TEST_POWER,
        },
      ],
    },
    verdict: {
      findings:
        p < ALPHA
          ? [`Some server was chosen ${worst.toFixed(1)} standard deviations off its probabilities.`]
          : [],
      figures: {
        ...evennessOf(countsOf(decisions, WEIGHTS.length), WEIGHTS),
        calibrationZ: worst,
        calibrationP: p,
      },
      conclusion:
        `Over ${connections.toLocaleString('en')} connections no server was chosen more than ${worst.toFixed(1)} standard ` +
        `deviations more or less often than the probabilities of the single decisions say (p ${p.toPrecision(2)}).`,
    },
  });
}
