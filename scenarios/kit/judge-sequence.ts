/** Holds every decision of a sequence against a reference model. */

import type { Decision, Model } from '../models/choice.ts';
import { findingOnDecision, observeDecisions } from './decisions.ts';
import { outcome } from './expect.ts';
import type { Finding } from './finding.ts';
import type { Seen } from './packet-case.ts';
import type { PlayedSequence } from './sequence.ts';
import type { CheckResult } from './session-case.ts';

export function judgeSequence(seen: Seen, played: PlayedSequence, name: string, model: Model): CheckResult {
  const { decisions, findings } = observeDecisions(seen, played);
  const past: Decision[] = [];
  const wrong: Finding[] = [];
  for (const decision of decisions) {
    const expected = model(decision.list, decision.request, past);
    if (decision.server !== expected) {
      wrong.push(findingOnDecision(decision, `is not where ${name} sends it.`, expected ?? 'none'));
    }
    past.push(decision);
  }
  return outcome(
    decisions.length,
    `${decisions.length} decisions, each compared with the definition of ${name}`,
    wrong,
    findings,
  );
}
