/** The release gate: a run against a baseline. */
import { ANSWERS, type Comparison, fails, type GateReport } from '../../reports/gate/document.ts';
import { differencesOf } from '../../reports/machine.ts';
import { EXIT_CODES, type Result } from '../../reports/result.ts';
import type { Baseline } from './baseline.ts';
import { baselineOf, countsByDirector, directorOf, vanishedDirector } from './by-director.ts';
import { compareFacts } from './compare-facts.ts';
import { type Ledger, unknownEntries } from './expected.ts';
import { factsOf } from './facts.ts';
import { compareTimings } from './timing/compare-timings.ts';
import { timingsOf } from './timing/timing.ts';

export interface GateOptions {
  readonly ledger: Ledger;
  /** The loss of speed that must not go unseen: 0.1 is a tenth. */
  readonly effect: number;
  /** Whether timings are compared: where the machine is like the baseline’s, whatever the machine, or not at all. */
  readonly timings: 'auto' | 'always' | 'never';
  /** What nobody can be sure of (noisy timings, timings that were not compared) fails too. */
  readonly strict: boolean;
  /** Names of the directors that are judged; all if absent. */
  readonly directors?: readonly string[];
}

export function gate(baseline: Baseline, result: Result, options: GateOptions): GateReport {
  const { ledger, strict, effect, timings, directors } = options;
  const isJudged = (name: string) => directors === undefined || directors.includes(name);
  const all = factsOf(result);
  const found = all.filter(({ section, key }) => isJudged(directorOf(section, key)));
  const held = countsByDirector(baselineOf(baseline, isJudged));
  const tested = directorsIn(result);
  const vanished = [...held].filter(([name]) => !tested.has(name));
  const known = baselineOf(baseline, (name) => isJudged(name) && tested.has(name));
  const notCompared = whyNotCompared(baseline, result, timings);
  const comparisons = [
    ...vanished.map(([name, facts]) => vanishedDirector(name, facts, result)),
    ...compareFacts(known, found, ledger),
    ...unknownEntries(ledger, all),
    ...compareTimings(known, result.throughput, {
      effect,
      ...(notCompared === undefined ? {} : { notCompared }),
    }).filter(({ director = '' }) => isJudged(director)),
  ].toSorted((a, b) => ANSWERS.indexOf(a.answer) - ANSWERS.indexOf(b.answer));
  const failing = comparisons.filter((one) => fails(one, strict));
  const reasons = whyUntrusted(
    result,
    (directors ?? []).filter((name) => !held.has(name)),
    comparisons,
  );
  const status = reasons.length > 0 ? 'untrusted' : failing.length > 0 ? 'regression' : 'passed';
  const { id, version, startedAt, seed } = result.run;
  return {
    format: 'lvs-lab gate',
    schemaVersion: 1,
    status,
    exitCode: EXIT_CODES[status],
    reasons,
    run: { id, version, startedAt, seed },
    baseline: baseline.madeFrom,
    strict,
    ...(directors !== undefined && { directors }),
    comparisons,
  };
}

/** Names of the directors that a run says anything of. */
export function directorsIn(result: Result): Set<string> {
  return new Set([
    ...factsOf(result).map(({ section, key }) => directorOf(section, key)),
    ...[...timingsOf(result.throughput).keys()].map((key) => directorOf('timings', key)),
  ]);
}

/**
 * A run that proved nothing, or nothing to hold it against: neither passes.
 *
 * @param unheld Directors that were asked for and of which the baseline holds nothing.
 */
function whyUntrusted(
  { verdict }: Result,
  unheld: readonly string[],
  comparisons: readonly Comparison[],
): string[] {
  if (verdict.status !== 'passed' && verdict.status !== 'failed') {
    return [`The run itself is ${verdict.status}.`, ...verdict.reasons];
  }
  if (unheld.length > 0) return unheld.map((name) => `The baseline holds nothing of ${name}.`);
  return comparisons.every(({ answer }) => answer === 'new') ? ['The baseline holds nothing.'] : [];
}

function whyNotCompared(
  { madeFrom: { machine } }: Baseline,
  { run }: Result,
  timings: GateOptions['timings'],
): string | undefined {
  if (timings === 'never') return 'as asked for';
  const differences = timings === 'always' ? [] : differencesOf(machine, run.machine);
  return differences.length === 0 ? undefined : `another machine: ${differences.join(', ')}`;
}
