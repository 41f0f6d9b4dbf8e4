import { counted, countedOf } from '../statistics/number-text.ts';
import type { Result } from './result.ts';
import { generatedText } from './tables/generated-mutants.ts';

/** The verdict in one plain sentence, with numbers. */
export function headline({ verdict, generated }: Pick<Result, 'verdict' | 'generated'>): string {
  const { passed, failed, skipped, error } = verdict.counts;
  const all = passed + failed + skipped + error;
  switch (verdict.status) {
    case 'passed':
      if (all === 0 && generated !== undefined) return `Passed: ${generatedText(generated)}`;
      if (all === 0) return 'Passed: figures only, nothing to be judged';
      return `Passed: ${counted(passed, 'case holds', 'cases hold')}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    case 'failed':
      if (all === 0 && generated !== undefined) return `Failed: ${generatedText(generated)}`;
      if (failed + error === 0) return 'Failed, although no case did';
      return `Failed: ${countedOf(failed + error, all, 'case does', 'cases do')} not hold`;
    case 'environment':
      return 'Not run: this machine lacks something that the bench needs';
    case 'regression':
      return `Worse than the baseline: ${countedOf(passed, all, 'case')} passed`;
    case 'untrusted':
      if (all === 0) return 'Untrusted: no case was run';
      return `Untrusted: ${countedOf(passed, all, 'case')} passed, but the evidence is not complete`;
    case 'interrupted':
      return `Interrupted: stopped after ${counted(all, 'case')}`;
  }
}
