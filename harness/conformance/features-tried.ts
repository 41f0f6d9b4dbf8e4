/** Which features of a director a run has tried, and which it has not. */
import type { CaseResult } from '../../reports/result.ts';
import { FEATURES, type FeatureName, featuresOf } from '../../scenarios/features.ts';
import { counted } from '../../statistics/number-text.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';

/** What was skipped because it is not declared: a sentence, or none. */
export function unsupportedIn(director: DirectorUnderTest, cases: readonly CaseResult[]): string[] {
  const declared = featuresOf(director.declared);
  // Of a scheduler that it has not at all, nobody asks for the order.
  const isTold = (feature: FeatureName) =>
    !declared.has(feature) &&
    (!feature.startsWith('order/') || declared.has(feature.replace('order/', 'scheduler/')));
  const lacking = ({ needs = [] }: CaseResult) => needs.filter(isTold);
  const skipped = casesOf(director, cases).filter(
    (one) => one.status === 'skipped' && lacking(one).length > 0,
  );
  if (skipped.length === 0) return [];
  const features = [...FEATURES.keys()]
    .map((feature) => ({ feature, count: skipped.filter((one) => lacking(one).includes(feature)).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ feature, count }) => `${feature} (${count})`);
  return [
    `${director.name} does not declare what ${counted(skipped.length, 'case needs', 'cases need')}: ${features.join(', ')}.`,
  ];
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
