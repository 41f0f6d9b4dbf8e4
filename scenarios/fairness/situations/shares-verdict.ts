/** What is demanded of shares where a rule promises them, and how they are told. */

import { chiSquaredTest } from '../../../statistics/chi-squared.ts';
import { largestShareDeviation } from '../../../statistics/evenness.ts';
import { count, statedPercent } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { worstPrefixError } from '../figures/prefix-error.ts';
import type { PlanTrace } from '../plan/plan.ts';
import type { Observed, SituationVerdict } from '../scenario.ts';
import { ALPHA } from '../test-power.ts';
import { plainList } from '../words.ts';
import { largestPrefixError, promiseOf } from './ideal-shares.ts';

/** Connections that each server must be able to expect for a χ² test to mean something. */
const LEAST_EXPECTED = 5;

export function judgeShares({ contender, plan, place, played }: Observed): SituationVerdict {
  const { weights } = plan.service;
  const counts = countsOf(played.decisions, weights.length);
  const base = sharesText(played, weights);
  const promise = promiseOf(plan.service, place);
  if ('notPromised' in promise) return { findings: [], conclusion: `${base} ${promise.notPromised}` };
  const ideal = promise.shares;
  if (schedulerFacts(contender.scheduler).shares === 'by table') {
    const smallest = Math.min(...ideal.filter((share) => share > 0));
    if (smallest * played.decisions.length < LEAST_EXPECTED) {
      return { findings: [], conclusion: `${base} Some server can expect too few for a χ² test.` };
    }
    const { statistic, p } = chiSquaredTest(counts, ideal);
    const test = `χ² ${statistic.toFixed(1)}, p ${p.toPrecision(2)}`;
    return {
      findings: p < ALPHA ? [`Shares are further from the table’s than chance has it (${test}).`] : [],
      figures: { chiSquared: statistic, chiSquaredP: p },
      conclusion: `${base} Clients hash to random slots; the shares are what chance predicts (${test}).`,
    };
  }
  const error = worstPrefixError(played.decisions, ideal);
  const limit = largestPrefixError(contender.scheduler, weights);
  return {
    findings:
      error > limit
        ? [
            `At some moment a server was ${error.toFixed(2)} connections off its share; the rule allows ${limit}.`,
          ]
        : [],
    conclusion: `${base} ${offText(error, largestShareDeviation(counts, ideal))}`,
  };
}

function offText(error: number, inTheEnd: number): string {
  if (error === 0) return 'No server was ever off its share.';
  const ending = inTheEnd < 1e-9 ? ', and all ended exactly on it.' : '.';
  return `No server was ever more than ${error.toFixed(2)} connections off its share${ending}`;
}

/** Servers that are told one by one; of more, those that got least and most. */
const MOST_TOLD = 8;

/** Which share each server got, in a sentence. */
export function sharesText({ decisions, unanswered }: PlanTrace, weights: readonly number[]): string {
  const refused = unanswered.length;
  return (
    `Of ${count(decisions.length)} connections ${toldShares(decisions, weights)}` +
    (refused > 0 ? `; ${refused} found no server and were refused.` : '.')
  );
}

function toldShares(decisions: readonly number[], weights: readonly number[]): string {
  const told = countsOf(decisions, weights.length).map((given, server) => ({
    name: `rs${server + 1} (weight ${weights[server]})`,
    share: statedPercent(given / decisions.length),
    perWeight: given / Math.max(weights[server] as number, 1),
  }));
  if (told.length <= MOST_TOLD) {
    return plainList(told.map(({ name, share }, server) => `${name} ${server === 0 ? 'got ' : ''}${share}`));
  }
  const sorted = told.toSorted((a, b) => a.perWeight - b.perWeight);
  const [least, most] = [sorted[0], sorted.at(-1)] as [(typeof told)[number], (typeof told)[number]];
  return `${told.length} servers got, by weight, from ${least.share} for ${least.name} to ${most.share} for ${most.name}`;
}
