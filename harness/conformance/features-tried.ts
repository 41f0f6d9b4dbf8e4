/** Which features of a director a run has tried, and which it has not. */
import type { CaseResult } from '../../reports/result.ts';
import { FEATURES, type FeatureName, featuresOf } from '../../scenarios/features.ts';
import { counted } from '../../statistics/number-text.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';

/** Features that cases lack, named beside one that was not tried: all of them stand in what is not covered. */
const MOST_NAMED = 3;

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
  const features = countedFeatures(skipped.map(lacking));
  return [
    `${director.name} does not declare what ${counted(skipped.length, 'case needs', 'cases need')}: ${features.join(', ')}.`,
  ];
}

/** Features that are declared, and of which every case that this run selected was skipped: a sentence each. */
export function untriedFeatures(director: DirectorUnderTest, cases: readonly CaseResult[]): string[] {
  const declared = featuresOf(director.declared);
  return [...declared].flatMap((feature) => {
    const own = casesOf(director, cases).filter(({ needs = [] }) => needs.includes(feature));
    if (own.length === 0 || own.some(({ status }) => status !== 'skipped')) return [];
    const which = own.length === 1 ? 'the only case' : `all ${own.length} cases`;
    const were = own.length === 1 ? 'was' : 'were';
    const lacking = own.map(({ needs = [] }) => needs.filter((one) => !declared.has(one)));
    const others = countedFeatures(lacking);
    const more = others.length > MOST_NAMED ? ' and others' : '';
    const why = others.length > 0 ? `, for want of ${others.slice(0, MOST_NAMED).join(', ')}${more}` : '';
    return [`${director.name} declares ${feature}, but ${which} of it in this run ${were} skipped${why}.`];
  });
}

/** Each feature with how often it is there, the most frequent first: `icmp (49)`. */
function countedFeatures(lists: readonly (readonly FeatureName[])[]): string[] {
  return [...FEATURES.keys()]
    .map((feature) => ({ feature, count: lists.filter((one) => one.includes(feature)).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ feature, count }) => `${feature} (${count})`);
}

function casesOf({ name }: DirectorUnderTest, cases: readonly CaseResult[]): CaseResult[] {
  return cases.filter(({ director }) => director === name);
}
