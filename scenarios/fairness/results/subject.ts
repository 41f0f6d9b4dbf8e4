/** What results of every kind have in common: whom they are about, and how the verdict becomes a status. */
import type { Mode } from '../../../lab/index.ts';
import { sourceText } from '../../kit/requirement.ts';
import { type Contender, fairnessId, type Situation, type SituationVerdict } from '../scenario.ts';
import type { SituationResult } from './result.ts';

/** What a result is of: which scheduler, in which situation and mode, and where. */
export interface ResultSubject {
  readonly scenario: Situation;
  readonly contender: Contender;
  readonly mode: Mode;
  readonly director: string;
  readonly lab: SituationResult['lab'];
}

/** What every result says of its subject. */
export function subjectOf({ scenario, contender, mode, director, lab }: ResultSubject) {
  return {
    id: fairnessId(scenario.name, mode, contender),
    situation: scenario.name,
    title: scenario.title,
    source: sourceText(scenario.sources),
    mode,
    director,
    scheduler: contender.name,
    lab,
  };
}

/** Failed with any finding, which the reason then lists. */
export function statusOf({
  findings,
  isShown,
}: Pick<SituationVerdict, 'findings' | 'isShown'>): Pick<SituationResult, 'status' | 'reason'> {
  if (findings.length > 0) return { status: 'failed', reason: findings.join(' ') };
  return { status: isShown === true ? 'shown' : 'passed' };
}
