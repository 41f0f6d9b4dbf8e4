/** What is demanded of shares where a rule promises them, and how they are told. */

import { chiSquaredTest } from '../../../statistics/chi-squared.ts';
import { largestShareDeviation } from '../../../statistics/evenness.ts';
import { count, percent } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { worstPrefixError } from '../figures/prefix-error.ts';
import type { Observed, SituationVerdict } from '../scenario.ts';
import { ALPHA } from '../test-power.ts';
import { plainList } from '../words.ts';
import { idealShares } from './ideal-shares.ts';

/** Schedulers whose clients meet a table at random. */
const HASHING = new Set(['sh', 'mh']);

export function judgeShares({ contender, plan, place, played }: Observed): SituationVerdict {
  const { weights } = plan.service;
  const ideal = idealShares(contender, weights, place);
  const counts = countsOf(played.decisions, weights.length);
  const total = played.decisions.length;
  const told = plainList(
    counts.map(
      (given, server) =>
        `rs${server + 1} (weight ${weights[server]}) ${server === 0 ? 'got ' : ''}${percent(given / total)}`,
    ),
  );
  const refused = played.unanswered.length;
  const base =
    `Of ${count(total)} connections ${told}` +
    (refused > 0 ? `; ${refused} found no server and were refused.` : '.');
  if (ideal === undefined) return { findings: [], conclusion: `${base} ${noPromise(contender.scheduler)}` };
  if (HASHING.has(contender.scheduler)) {
    const { statistic, p } = chiSquaredTest(counts, ideal);
    const test = `χ² ${statistic.toFixed(1)}, p ${p.toPrecision(2)}`;
    return {
      findings: p < ALPHA ? [`Shares are further from the table’s than chance has it (${test}).`] : [],
      figures: { chiSquared: statistic, chiSquaredP: p },
      conclusion: `${base} Clients meet the table at random, and its shares as chance has it (${test}).`,
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
  const ending = inTheEnd < 1e-9 ? ', and in the end none was.' : '.';
  return `At no moment was a server more than ${error.toFixed(2)} connections off its share${ending}`;
}

/**
 * How far a server may be off its share at any moment: rr serves everybody before anybody twice; wrr completes a cycle of
 * as many connections as the weights add up to, in which no server is further off than the highest weight; fo never is.
 */
function largestPrefixError(scheduler: string, weights: readonly number[]): number {
  if (scheduler === 'rr') return 1;
  return scheduler === 'wrr' ? Math.max(...weights) : 0;
}

function noPromise(scheduler: string): string {
  const reasons: Readonly<Record<string, string>> = {
    lc: 'It evens out open connections, whatever the weights, and promises no share of those served.',
    wlc: 'It evens out open connections by weight and promises no share of those served.',
    sed: 'It goes where one more would wait least, so strong servers get more than their weight while there is little to do.',
    nq: 'It gives idle servers work first, so weak servers get more than their weight while there is little to do.',
    ovf: 'It fills the server with the highest weight before the next, up to as many open connections as its weight says.',
    dh: 'It deals out addresses, one bucket each, whatever the weights: shares follow which addresses are asked for.',
    lblc: 'It keeps each address on one server: shares follow which addresses are asked for.',
    lblcr: 'It keeps each address on few servers: shares follow which addresses are asked for.',
    twos: 'It draws two servers by weight and takes the less loaded: close to the weights, but no share is promised.',
  };
  return reasons[scheduler] ?? '';
}
