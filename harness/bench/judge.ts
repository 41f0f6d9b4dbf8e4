/** From evidence to case results. */
import type { CaseResult } from '../../reports/result.ts';
import type { Evidence } from '../evidence.ts';
import { LISTED_FINDINGS, relativeTo } from '../finding.ts';
import { caseId, sourceText } from '../requirement.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import type { PlannedSession } from './plan.ts';

type Judged = Pick<
  CaseResult,
  'status' | 'reason' | 'evidence' | 'examined' | 'findings' | 'findingsLeftOut'
>;

const NOTHING = { evidence: 'nothing', examined: 0, findings: [], findingsLeftOut: 0 };

/** Judges one scenario. `resultDirectory` is where the result file will lie. */
export function judge(
  scenario: Scenario,
  session: PlannedSession,
  evidence: Evidence,
  resultDirectory: string,
): CaseResult {
  return caseResult(scenario, session, outcomeOf(scenario, session, evidence, resultDirectory));
}

/** A case that could not be judged, because its session came to no evidence. */
export function unjudged(scenario: Scenario, session: PlannedSession, reason: string): CaseResult {
  return caseResult(scenario, session, { ...NOTHING, status: 'error', reason });
}

/** A case of a session that cannot run here. */
export function skipped(scenario: Scenario, session: PlannedSession, reason: string): CaseResult {
  return caseResult(scenario, session, { ...NOTHING, status: 'skipped', reason });
}

function caseResult(scenario: Scenario, session: PlannedSession, judged: Judged): CaseResult {
  return {
    id: caseId(scenario, session.mode),
    title: scenario.title,
    requirement: scenario.requirement,
    source: sourceText(scenario.sources),
    mode: session.mode,
    director: session.director.name,
    scheduler: session.scheduler,
    lab: 'live',
    ...judged,
  };
}

function outcomeOf(
  scenario: Scenario,
  { scheduler }: PlannedSession,
  evidence: Evidence,
  resultDirectory: string,
): Judged {
  if (scenario.schedulers !== undefined && !scenario.schedulers.includes(scheduler)) {
    return {
      ...NOTHING,
      status: 'skipped',
      reason: `says something of ${scenario.schedulers.join(' and ')} only; the scheduler is ${scheduler}`,
    };
  }
  const outcome = checked(scenario, evidence);
  if (typeof outcome === 'string') return { ...NOTHING, status: 'error', reason: outcome };
  const { examined, findings } = outcome;
  return {
    status: findings.length > 0 ? 'failed' : examined > 0 ? 'passed' : 'error',
    ...(findings.length === 0 && examined === 0
      ? { reason: 'there was nothing to look at, so nothing was proven' }
      : {}),
    evidence: outcome.evidence,
    examined,
    findings: findings.slice(0, LISTED_FINDINGS).map((one) => relativeTo(resultDirectory, one)),
    findingsLeftOut: Math.max(0, findings.length - LISTED_FINDINGS),
  };
}

function checked(scenario: Scenario, evidence: Evidence): Outcome | string {
  try {
    return scenario.check(evidence);
  } catch (error) {
    return `the check itself failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
