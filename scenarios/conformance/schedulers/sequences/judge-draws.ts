/**
 * Compares decisions that are partly drawn at random with their probabilities. What was chosen minus its probability is
 * a martingale, whatever the earlier choices did to the loads, so Freedman’s inequality says how far the sum of that
 * may stray: a right director is called wrong once in 10^9 runs at most.
 */

import { counted } from '../../../../statistics/number-text.ts';
import { outcome } from '../../../kit/expecting/expect.ts';
import type { Finding } from '../../../kit/finding.ts';
import { finding } from '../../../kit/finding.ts';
import type { CheckResult } from '../../../kit/session-case.ts';
import { type ModelServer, overhead } from '../../../models/choice.ts';
import { findingOnDecision, type Observation, type ObservedDecision } from './decisions.ts';

const FALSE_ALARM = 1e-9;

type Probabilities = (list: readonly ModelServer[]) => ReadonlyMap<string, number>;

/** What is counted: one server, or the server with a certain rank by load at the moment of the decision. */
interface Role {
  readonly what: string;
  readonly nameIn: (decision: ObservedDecision) => string | undefined;
}

export function judgeDraws(
  { decisions, findings }: Observation,
  name: string,
  probabilities: Probabilities,
): CheckResult {
  const [first] = decisions;
  const roles: Role[] = [
    ...(first?.list ?? []).map((server) => ({ what: server.name, nameIn: () => server.name })),
    { what: 'the server with the smallest load for its weight', nameIn: ({ list }) => byLoad(list).at(0) },
    { what: 'the server with the largest load for its weight', nameIn: ({ list }) => byLoad(list).at(-1) },
  ];
  const chances = decisions.map(({ list }) => probabilities(list));
  return outcome(
    decisions.length,
    `${counted(decisions.length, 'decision')}, how often each was to be expected of ${name} known for each`,
    decisions.flatMap((decision, i) =>
      (chances[i]!.get(decision.server ?? '') ?? 0) > 0
        ? []
        : [
            findingOnDecision(
              decision,
              `is where ${name} never sends it.`,
              [...chances[i]!.keys()].join(' or '),
            ),
          ],
    ),
    roles.flatMap((role) => unlikely(role, decisions, chances, FALSE_ALARM / roles.length)),
    findings,
  );
}

function unlikely(
  { what, nameIn }: Role,
  decisions: readonly ObservedDecision[],
  chances: readonly ReadonlyMap<string, number>[],
  falseAlarm: number,
): Finding[] {
  let chosen = 0;
  let expected = 0;
  let variance = 0;
  decisions.forEach((decision, i) => {
    const name = nameIn(decision);
    const chance = chances[i]!.get(name ?? '') ?? 0;
    if (decision.server === name) chosen++;
    expected += chance;
    variance += chance * (1 - chance);
  });
  const tolerance = mostStrayed(variance, falseAlarm);
  if (Math.abs(chosen - expected) <= tolerance) return [];
  return [
    finding(`Not as often as chance would have it: ${what}.`, [
      {
        field: `chosen of ${decisions.length} times`,
        expected: `${expected.toFixed(1)} ± ${tolerance.toFixed(1)}`,
        seen: String(chosen),
      },
    ]),
  ];
}

/**
 * The bound `t` with 2·exp(−t² / 2(V + t/3)) = α: a sum of steps of at most 1 whose variances sum up to V goes beyond
 * it with probability α at most (Freedman 1975).
 */
function mostStrayed(variance: number, falseAlarm: number): number {
  const exponent = Math.log(2 / falseAlarm);
  return exponent / 3 + Math.sqrt((exponent / 3) ** 2 + 2 * variance * exponent);
}

/** Names of servers that may be chosen, the one with the smallest load for its weight first. */
function byLoad(list: readonly ModelServer[]): string[] {
  return list
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => overhead(a) / a.weight - overhead(b) / b.weight)
    .map(({ name }) => name);
}
