/** From a session’s evidence to case results. */
import type { CaseResult } from '../../reports/result.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { type SessionCase, whyNotWith } from '../../scenarios/kit/session-case.ts';
import { askedOfSession, notDeclared } from '../conformance/declared-needs.ts';
import { asError, asSkipped, caseResult, judgedBy, type Tried } from '../run/case-result.ts';
import type { PlannedSession } from './networks.ts';

/** Judges one scenario. `resultDirectory` is where the result file will lie. */
export function judge(
  scenario: SessionCase,
  session: PlannedSession,
  evidence: Evidence,
  resultDirectory: string,
): CaseResult {
  const reason = whyNotWith(scenario, session.scheduler);
  if (reason !== undefined) return skipped(scenario, session, reason);
  const { mode, director, scheduler } = session;
  const { needs, level, check, lacking } = askedOfSession(scenario, mode, scheduler, director);
  const judged =
    lacking.length > 0
      ? asSkipped(notDeclared(director, lacking))
      : judgedBy(() => check(evidence), resultDirectory);
  return {
    ...caseResult(scenario, triedIn(session), judged),
    // This repository’s director has them all, so nobody asks.
    ...(!director.isOwn && { needs, level }),
  };
}

/** A case that could not be judged, because its session produced no evidence. */
export function unjudged(scenario: SessionCase, session: PlannedSession, reason: string): CaseResult {
  return caseResult(scenario, triedIn(session), asError(reason));
}

/** A case of a session that cannot run here. */
export function skipped(scenario: SessionCase, session: PlannedSession, reason: string): CaseResult {
  return caseResult(scenario, triedIn(session), asSkipped(reason));
}

function triedIn({ mode, director, scheduler }: PlannedSession): Tried {
  return { mode, director: director.name, scheduler, lab: 'live' };
}
