import { citedKeys } from '../../reports/citations.ts';
import type { Result } from '../../reports/result.ts';
import { SOURCE_TEXTS } from '../../scenarios/source-texts.ts';

/** What the sources of cases and situations say, so that a report is complete without the documents of the project. */
export function sourcesCited(items: readonly { readonly source: string }[]): Result['sources'] {
  const keys = citedKeys(items.map(({ source }) => source));
  return Object.fromEntries(
    keys.flatMap((key) => (SOURCE_TEXTS[key] === undefined ? [] : [[key, SOURCE_TEXTS[key]]])),
  );
}
