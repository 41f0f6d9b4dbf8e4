/** Where what came of a plan differs from what was expected: by the reference model, and by the director's core in memory. */
import { counted, countedOf } from '../../../statistics/number-text.ts';
import type { PlanTrace } from './plan.ts';

export interface Expectation {
  /** Whose word it is, as sentences name it. */
  readonly by: 'the reference model' | 'the core in memory';
  readonly played: PlanTrace;
}

export interface Differences {
  /** Decisions that differ from any expectation. */
  readonly decisions: number;
  /** A sentence each. */
  readonly findings: readonly string[];
}

export function differencesFrom(
  expectations: readonly Expectation[],
  played: PlanTrace,
  names: readonly string[],
): Differences {
  const different = new Set<number>();
  const findings: string[] = [];
  for (const { by, played: expected } of expectations) {
    const wrong = indexesThatDiffer(played.decisions, expected.decisions);
    for (const i of wrong) different.add(i);
    const first = wrong[0];
    if (first !== undefined) {
      const name = (decisions: readonly number[]) => names[decisions[first] ?? -1] ?? 'none';
      findings.push(
        `${countedOf(wrong.length, expected.decisions.length, 'connection')} went elsewhere than ${by} says; ` +
          `the first is number ${first + 1}: expected ${name(expected.decisions)}, seen ${name(played.decisions)}.`,
      );
      // What was counted afterwards differs because of that.
      continue;
    }
    const sample = played.samples.findIndex(
      (one, i) => JSON.stringify(one) !== JSON.stringify(expected.samples[i]),
    );
    if (sample >= 0) {
      const { opened, active, inactive } = played.samples[sample] as PlanTrace['samples'][number];
      const wanted = expected.samples[sample];
      findings.push(
        `After ${opened} connections the director counted ${active.join(', ')} active and ${inactive.join(', ')} inactive ` +
          `ones; by ${by} they are ${wanted?.active.join(', ')} and ${wanted?.inactive.join(', ')}.`,
      );
    }
    if (played.unanswered.join() !== expected.unanswered.join()) {
      findings.push(
        `The director left ${counted(played.unanswered.length, 'connection')} unanswered; by ${by} it is ${expected.unanswered.length}.`,
      );
    }
    if (played.broken.join() !== expected.broken.join()) {
      findings.push(
        `${counted(played.broken.length, 'connection')} broke; by ${by} it is ${expected.broken.length}.`,
      );
    }
  }
  return { decisions: different.size, findings };
}

function indexesThatDiffer(a: readonly number[], b: readonly number[]): number[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => i).filter((i) => a[i] !== b[i]);
}
