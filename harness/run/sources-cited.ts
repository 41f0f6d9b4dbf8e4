import { citedKeys } from '../../reports/citations.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import { SOURCE_TEXTS } from '../../scenarios/source-texts.ts';

/** What the sources of these cases say, so that a report is complete without the documents of the project. */
export function sourcesCited(cases: readonly Pick<CaseResult, 'source'>[]): Result['sources'] {
  const keys = citedKeys(cases.map(({ source }) => source));
  return Object.fromEntries(
    keys.flatMap((key) => (SOURCE_TEXTS[key] === undefined ? [] : [[key, SOURCE_TEXTS[key]]])),
  );
}
