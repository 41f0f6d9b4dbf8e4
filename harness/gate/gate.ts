/** The release gate: a run against a baseline. */
import { ANSWERS, type Comparison, fails, type GateReport } from '../../reports/gate/document.ts';
import { differencesOf } from '../../reports/machine.ts';
import { EXIT_CODES, type Result } from '../../reports/result.ts';
import type { Baseline } from './baseline.ts';
import { compareFacts } from './compare-facts.ts';
import { type Ledger, unknownEntries } from './expected.ts';
import { factsOf } from './facts.ts';
import { compareTimings } from './timing/compare-timings.ts';

export interface GateOptions {
  readonly ledger: Ledger;
  /** The loss of speed that must not go unseen: 0.1 is a tenth. */
  readonly effect: number;
  /** Whether timings are compared: where the machine is like the baseline’s, whatever the machine, or not at all. */
  readonly timings: 'auto' | 'always' | 'never';
  /** What nobody can be sure of (noisy timings, timings that were not compared) fails too. */
  readonly strict: boolean;
}

export function gate(baseline: Baseline, result: Result, options: GateOptions): GateReport {
  const { ledger, strict, effect, timings } = options;
  const found = factsOf(result);
  const notCompared = whyNotCompared(baseline, result, timings);
  const comparisons = [
    ...compareFacts(baseline, found, ledger),
    ...unknownEntries(ledger, found),
    ...compareTimings(baseline, result.throughput, {
      effect,
      ...(notCompared === undefined ? {} : { notCompared }),
    }),
  ].toSorted((a, b) => ANSWERS.indexOf(a.answer) - ANSWERS.indexOf(b.answer));
  const failing = comparisons.filter((one) => fails(one, strict));
  const reasons = whyUntrusted(result, comparisons);
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
    comparisons,
  };
}

/** A run that proved nothing, or nothing to hold it against: neither passes. */
function whyUntrusted({ verdict }: Result, comparisons: readonly Comparison[]): string[] {
  if (verdict.status !== 'passed' && verdict.status !== 'failed') {
    return [`The run itself is ${verdict.status}.`, ...verdict.reasons];
  }
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
