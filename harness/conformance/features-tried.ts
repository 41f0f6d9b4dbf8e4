/** Which features of a director a run has tried, and which it has not. */
import type { CaseResult } from '../../reports/result.ts';
import { FEATURES, featuresOf } from '../../scenarios/features.ts';
import { counted } from '../../statistics/number-text.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';

/** What was skipped because it is not declared: a sentence for each feature. */
export function unsupportedIn(director: DirectorUnderTest, cases: readonly CaseResult[]): string[] {
  const declared = featuresOf(director.declared);
  return [...FEATURES].flatMap(([feature, { what }]) => {
    if (declared.has(feature)) return [];
    const skipped = casesOf(director, cases).filter(
      ({ status, needs = [] }) => status === 'skipped' && needs.includes(feature),
    );
    if (skipped.length === 0) return [];
    return [
      `${director.name} does not declare ${feature} (${what}): ${counted(skipped.length, 'case was', 'cases were')} skipped.`,
    ];
  });
}

/** Features that are declared, and of which every case that this run selected was skipped: a sentence each. */
export function untriedFeatures(director: DirectorUnderTest, cases: readonly CaseResult[]): string[] {
  return [...featuresOf(director.declared)].flatMap((feature) => {
    const own = casesOf(director, cases).filter(({ needs = [] }) => needs.includes(feature));
    if (own.length === 0 || own.some(({ status }) => status !== 'skipped')) return [];
    return [
      `${director.name} declares ${feature}, but all ${counted(own.length, 'case')} of it in this run were skipped.`,
    ];
  });
}

function casesOf({ name }: DirectorUnderTest, cases: readonly CaseResult[]): CaseResult[] {
  return cases.filter(({ director }) => director === name);
}
