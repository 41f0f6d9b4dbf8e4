import type { CaseResult, Result } from './result.ts';
import type { FaultResult } from './result-fault.ts';
import type { FairnessResult, MutantResult } from './result-figures.ts';
import { isProblem } from './status.ts';
import { modeTitle, suiteTitle } from './suites.ts';

/** Something that somebody has to look at. */
export interface Problem {
  readonly status: 'failed' | 'error';
  readonly title: string;
  readonly where: string;
  readonly why: string;
  readonly about:
    | { readonly kind: 'case'; readonly item: CaseResult }
    | { readonly kind: 'fairness'; readonly item: FairnessResult }
    | { readonly kind: 'fault'; readonly item: FaultResult }
    | { readonly kind: 'mutant'; readonly item: MutantResult }
    | { readonly kind: 'replay'; readonly item: { readonly id: string } };
}

/** Cases that did not hold, shares that were not right, connections that a fault harmed, mutants that no case killed, and recordings that differ. */
export function problemsOf({ cases, fairness, faults = [], mutants, replay }: Result): Problem[] {
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
    ...faults.filter(isProblem).map(
      (item): Problem => ({
        status: item.status === 'error' ? 'error' : 'failed',
        title: item.title,
        where: modeTitle(item),
        why: item.reason ?? item.promise,
        about: { kind: 'fault', item },
      }),
    ),
    ...mutants
      .filter(({ status }) => status !== 'killed')
      .map(
        (item): Problem => ({
          status: item.status === 'survived' ? 'failed' : 'error',
          title: item.status === 'survived' ? 'A mutant was not killed' : 'A mutant could not be tried',
          where: item.id,
          why: item.sentence,
          about: { kind: 'mutant', item },
        }),
      ),
    ...(replay?.files ?? []).flatMap(({ file, differences }) =>
      differences.map(
        ({ case: name, action, findings }): Problem => ({
          status: 'failed',
          title: 'A recorded case differs',
          where: file,
          why: [action, ...findings].join('; '),
          about: { kind: 'replay', item: { id: `${file}: ${name}` } },
        }),
      ),
    ),
    ...(replay?.errors ?? []).map(
      ({ file, error }): Problem => ({
        status: 'error',
        title: 'A recording could not be replayed',
        where: file,
        why: error,
        about: { kind: 'replay', item: { id: file } },
      }),
    ),
  ];
}
