/** A kind of case: a long sequence of connections, in which every decision is compared with a reference model. */

import { ALL_MODES, modesWhere } from '../../../../lab/modes.ts';
import { counted } from '../../../../statistics/number-text.ts';
import { outcome } from '../../../kit/expecting/expect.ts';
import type { Finding } from '../../../kit/finding.ts';
import { type PacketCase, packetCase, type Seen } from '../../../kit/packet-case.ts';
import type { Requirement } from '../../../kit/requirement.ts';
import { Service } from '../../../kit/service.ts';
import type { CheckResult } from '../../../kit/session-case.ts';
import type { Decision, Model } from '../../../models/choice.ts';
import { againstPolicy, hasPolicy } from '../../../models/policy.ts';
import { modelOf } from '../../../models/reference-model.ts';
import { findingOnDecision, observeDecisions } from './decisions.ts';
import { runSequence, type SequencePlan, type SequenceRun } from './sequence.ts';

interface SequenceCasePlan extends SequencePlan {
  readonly scheduler: string;
  /** As for `ipvsadm -b`. */
  readonly flags?: string;
  readonly weights: readonly [number, number, number];
}

export function sequenceCase(words: Omit<Requirement, 'modes'>, plan: SequenceCasePlan): PacketCase {
  const { scheduler, flags, weights, destinations } = plan;
  return packetCase({
    ...words,
    ...(plan.isTakenOver && { virtualTime: true }),
    // Clients send what is for addresses that no host has to the director only where it is the servers’ gateway.
    modes:
      destinations === undefined ? ALL_MODES : modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    play: async (stage) => {
      for (const destination of destinations ?? []) await stage.director.mark(destination, MARK);
      const service = await Service.add(stage, {
        scheduler,
        ...(destinations !== undefined && { mark: MARK }),
        servers: weights.map((weight) => ({ weight })),
        ...(flags !== undefined && { options: ['-b', flags] }),
      });
      return runSequence(service, plan);
    },
    check: (seen, run) => judgeSequence(seen, run, scheduler, modelOf(scheduler, flags)),
    ...(hasPolicy(scheduler) && {
      checkPolicy: (seen: Seen, run: SequenceRun) => judgePolicy(seen, run, scheduler),
    }),
  });
}

/** The firewall mark that the destinations of a sequence share. */
const MARK = 7;

/** Addresses for schedulers that decide by the destination. */
export const MANY_DESTINATIONS: readonly string[] = Array.from(
  { length: 40 },
  (_, i) => `10.77.${i % 4}.${1 + i * 5}`,
);

function judgeSequence(seen: Seen, run: SequenceRun, name: string, model: Model): CheckResult {
  const { decisions, findings } = observeDecisions(seen, run);
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
    `${counted(decisions.length, 'decision')}, each compared with the definition of ${name}`,
    wrong,
    findings,
  );
}

function judgePolicy(seen: Seen, run: SequenceRun, name: string): CheckResult {
  const { decisions, findings } = observeDecisions(seen, run);
  const wrong = againstPolicy(name, decisions).map(({ at, expected }) =>
    findingOnDecision(
      decisions[at] as (typeof decisions)[number],
      `is against the policy of ${name}.`,
      expected,
    ),
  );
  return outcome(
    decisions.length,
    `${counted(decisions.length, 'decision')}, held against the policy of ${name}`,
    wrong,
    findings,
  );
}
