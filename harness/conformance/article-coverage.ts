/** Which sentence of the article is covered by which cases. */

import { ALL_MODES } from '../../lab/modes.ts';
import { ARTICLE } from '../../scenarios/article.ts';
import { allCases, type CatalogueEntry } from './catalogue.ts';

export interface CoveredSentence {
  readonly key: string;
  readonly sentence: string;
  /** Ids of the cases that rest on it. */
  readonly cases: readonly string[];
}

export function articleCoverage(
  catalogue: readonly CatalogueEntry[] = allCases(),
  article: Readonly<Record<string, string>> = ARTICLE,
): CoveredSentence[] {
  return Object.entries(article).map(([key, sentence]) => ({
    key,
    sentence,
    cases: catalogue
      .filter((entry) => articleKeys(entry).includes(key) && mayCover(entry, key))
      .map(({ id }) => id),
  }));
}

/** What is wrong with it, a sentence each: sentences that no case covers, and cases that rest on none there is. */
export function coverageProblems(
  catalogue: readonly CatalogueEntry[] = allCases(),
  article: Readonly<Record<string, string>> = ARTICLE,
): string[] {
  const uncovered = articleCoverage(catalogue, article).filter(({ cases }) => cases.length === 0);
  const astray = catalogue.flatMap((entry) =>
    articleKeys(entry)
      .filter((key) => !Object.hasOwn(article, key))
      .map((key) => `${entry.id} names "${key}", which is no sentence of the article.`),
  );
  return [...uncovered.map(({ key }) => `No case covers the sentence "${key}".`), ...astray];
}

/** A sentence about one mode is covered in that mode only; a case may rest on one for each of its modes. */
function mayCover({ id }: CatalogueEntry, key: string): boolean {
  const mode = ALL_MODES.find((one) => key.startsWith(`${one}-`));
  return mode === undefined || id.startsWith(`${mode}/`);
}

function articleKeys({ requirement }: CatalogueEntry): string[] {
  return requirement.sources.filter(({ kind }) => kind === 'article').map(({ where }) => where);
}
