/**
 * Shares over hundreds of thousands of connections that leave nothing behind (one-packet UDP), so that each decision
 * stands for itself: as many as it takes to see one server's share changed by 3 %.
 */

import { chiSquaredTest } from '../../../statistics/chi-squared.ts';
import { evennessOf } from '../../../statistics/evenness.ts';
import { connectionsToDetect, detectableEffect } from '../../../statistics/sample-size.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { isRandom } from '../../models/choice.ts';
import { probabilitiesOf } from '../../models/reference-model.ts';
import { schedulerFacts, schedulersWhere } from '../../models/schedulers.ts';
import { worstPrefixError } from '../figures/prefix-error.ts';
import { drawInMemory } from '../memory/draws.ts';
import { memoryResult } from '../results/memory.ts';
import type { SituationResult } from '../results/result.ts';
import { type Contender, contenders, type MemoryOptions, type MemoryScenario } from '../scenario.ts';
import { ALPHA, EFFECT, TEST_POWER } from '../test-power.ts';
import { largestPrefixError, listOf, sharesPromised } from './ideal-shares.ts';
import { MEASURED_ONCE } from './kept-servers.ts';

const WEIGHTS = [1, 2, 4];

export const draws: MemoryScenario = {
  kind: 'memory',
  name: 'draws',
  title: 'Shares over very many connections',
  question: 'In the long run, does each server get the share that the rule entitles it to?',
  sources: [kernel('schedulers, §2'), kernel('one-packet scheduling, §3.3')],
  withServers: MEASURED_ONCE,
  sameInEveryMode:
    'Each datagram is scheduled by itself and leaves nothing behind, so no reply could change what follows.',
  // All to one server is no share that could be off a little.
  contenders: contenders(
    ...schedulersWhere(
      ({ shares, model }) =>
        isRandom(model) || (typeof shares === 'string' && shares !== 'all to the highest weight'),
    ),
  ),
  run: (options) => options.contenders.map((contender) => result(contender, options)),
};

function result(contender: Contender, { mode, director, seed }: MemoryOptions): SituationResult {
  const { place, draw } = drawInMemory({ contender, weights: WEIGHTS, mode, seed });
  const service = { scheduler: contender.scheduler, weights: WEIGHTS, reachedBy: 'address' } as const;
  const shares = sharesPromised(service, place) ?? idleDraws(contender, place);
  const connections = connectionsToDetect(shares, EFFECT, TEST_POWER);
  const decisions = draw(connections);
  const counts = countsOf(decisions, WEIGHTS.length);
  const { statistic, p } = chiSquaredTest(counts, shares);
  const prefixError = worstPrefixError(decisions, shares);
  // Where servers have turns, nothing is left to chance but what is within a cycle.
  const allowed = schedulerFacts(contender.scheduler).takesTurns
    ? largestPrefixError(contender.scheduler, WEIGHTS)
    : undefined;
  const findings = [
    ...(p < ALPHA
      ? [
          `Shares are further from the rule’s than chance has it (χ² ${statistic.toFixed(1)}, p ${p.toPrecision(2)}).`,
        ]
      : []),
    ...(allowed !== undefined && prefixError > allowed
      ? [
          `At some moment a server was ${prefixError.toFixed(1)} connections off its share; the rule allows ${allowed}.`,
        ]
      : []),
  ];
  const figures = {
    ...evennessOf(counts, shares),
    worstPrefixError: prefixError,
    chiSquared: statistic,
    chiSquaredP: p,
  };
  const worst = (figures.largestShareDeviation * 100).toFixed(2);
  return memoryResult({
    scenario: draws,
    contender,
    mode,
    director,
    weights: WEIGHTS,
    idealShares: shares,
    decisions,
    sample: {
      connections,
      tests: [
        {
          of: 'shares',
          detectableEffect: detectableEffect(shares, connections, TEST_POWER),
          ...TEST_POWER,
        },
      ],
    },
    verdict: {
      findings,
      figures,
      conclusion:
        `Over ${connections.toLocaleString('en')} connections no server’s share was more than ${worst} % off what it is ` +
        `entitled to (χ² ${statistic.toFixed(1)}, p ${p.toPrecision(2)}).`,
    },
  });
}

/** What a scheduler that draws does while no server has anything to do. */
function idleDraws({ scheduler }: Contender, place: Parameters<typeof listOf>[1]): number[] {
  const probabilities = probabilitiesOf(scheduler, listOf(WEIGHTS, place));
  return WEIGHTS.map((_, server) => probabilities.get(String(server)) as number);
}
