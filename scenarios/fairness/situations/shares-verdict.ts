/** What is demanded of shares where a rule promises them, and how they are told. */

import { chiSquaredTest } from '../../../statistics/chi-squared.ts';
import { largestShareDeviation } from '../../../statistics/evenness.ts';
import { count, statedPercent } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { worstPrefixError } from '../figures/prefix-error.ts';
import type { Observed, SituationVerdict } from '../scenario.ts';
import { ALPHA } from '../test-power.ts';
import { plainList } from '../words.ts';
import { largestPrefixError, promisedShares } from './ideal-shares.ts';

export function judgeShares({ contender, plan, place, played }: Observed): SituationVerdict {
  const { weights } = plan.service;
  const { shares } = schedulerFacts(contender.scheduler);
  const counts = countsOf(played.decisions, weights.length);
  const total = played.decisions.length;
  const told = plainList(
    counts.map(
      (given, server) =>
        `rs${server + 1} (weight ${weights[server]}) ${server === 0 ? 'got ' : ''}${statedPercent(given / total)}`,
    ),
  );
  const refused = played.unanswered.length;
  const base =
    `Of ${count(total)} connections ${told}` +
    (refused > 0 ? `; ${refused} found no server and were refused.` : '.');
  if (typeof shares === 'object') return { findings: [], conclusion: `${base} ${shares.notPromised}` };
  const ideal = promisedShares(shares, contender.scheduler, weights, place);
  if (shares === 'by table') {
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
