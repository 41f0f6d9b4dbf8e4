import type { CaseResult, Result } from './result.ts';
import type { FairnessResult, WrongDirectorResult } from './result-figures.ts';
import { isProblem } from './status.ts';
import { suiteTitle } from './suites.ts';

/** Something that somebody has to look at. */
export interface Problem {
  readonly status: 'failed' | 'error';
  readonly title: string;
  readonly where: string;
  readonly why: string;
  readonly about:
    | { readonly kind: 'case'; readonly item: CaseResult }
    | { readonly kind: 'fairness'; readonly item: FairnessResult }
    | { readonly kind: 'wrong-director'; readonly item: WrongDirectorResult };
}

/** Cases that did not hold, shares that were not right, and wrong directors that nobody caught. */
export function problemsOf({ cases, fairness, wrongDirectors }: Result): Problem[] {
  return [
    ...cases.filter(isProblem).map(
      (item): Problem => ({
        status: item.status === 'error' ? 'error' : 'failed',
        title: item.title,
        where: suiteTitle(item),
        why: item.reason ?? item.findings[0]?.message ?? item.requirement,
        about: { kind: 'case', item },
      }),
    ),
    ...fairness.filter(isProblem).map(
      (item): Problem => ({
        status: item.status === 'error' ? 'error' : 'failed',
        title: item.title,
        where: suiteTitle(item),
        why: item.reason ?? item.conclusion,
        about: { kind: 'fairness', item },
      }),
    ),
    ...wrongDirectors
      .filter(({ status }) => status !== 'caught')
      .map(
        (item): Problem => ({
          status: item.status === 'missed' ? 'failed' : 'error',
          title:
            item.status === 'missed'
              ? 'A wrong director was not caught'
              : 'A wrong director could not be tried',
          where: item.id,
          why: item.sentence,
          about: { kind: 'wrong-director', item },
        }),
      ),
  ];
}
