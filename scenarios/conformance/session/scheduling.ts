/** Which server the scheduler picks, connection by connection. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { type Finding, finding, findingAbout } from '../../kit/finding.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { connectionsOf } from '../../kit/session/connections.ts';
import { decisionsOf, type ExpectedDecision } from '../../kit/session/decisions.ts';
import type { Evidence } from '../../kit/session/evidence.ts';
import type { CheckResult, SessionCase } from '../../kit/session-case.ts';
import { againstPolicy } from '../../models/policy.ts';

function isAmong(servers: readonly string[], seen: string | undefined): boolean {
  return seen === undefined ? servers.length === 0 : servers.includes(seen);
}

const order: SessionCase = {
  name: 'scheduler/order',
  title: 'Every decision is the one predicted',
  requirement:
    'For each connection in turn the director picks the server that the scheduling algorithm picks for the connections that were open at that moment; a scheduler that draws at random picks one of those it may draw.',
  sources: [article('scheduler'), kernel('schedulers, §2')],
  modes: ALL_MODES,
  needsOrder: true,
  check: (evidence) => {
    const decisions = decisionsOf(evidence);
    const findings = decisions.flatMap(({ opening, servers, seen }, i) =>
      isAmong(servers, seen)
        ? []
        : [
            elsewhere(
              opening,
              `Connection ${i + 1} went elsewhere than the reference model says.`,
              servers.join(' or ') || 'none',
              seen,
            ),
          ],
    );
    return outcome(evidence, findings, 'each compared with the reference model’s');
  },
  checkPolicy: (evidence) => {
    // Each service has its own turns.
    const services = Map.groupBy(decisionsOf(evidence), ({ endpoint }) => endpoint);
    const findings = [...services.values()].flatMap((own) =>
      againstPolicy(
        evidence.scheduler,
        own.map(({ seen, ...decision }) => ({ ...decision, server: seen })),
      ).flatMap(({ at, expected }) => {
        const one = own[at];
        if (one === undefined) return [];
        const { opening, endpoint, seen } = one;
        const what = `Connection ${at + 1} of ${endpoint.name} is against the policy of ${evidence.scheduler}.`;
        return [elsewhere(opening, what, expected, seen)];
      }),
    );
    return outcome(evidence, findings, 'held against its policy, from any start and with any tie');
  },
};

function elsewhere(
  opening: ExpectedDecision['opening'],
  what: string,
  expected: string,
  seen: string | undefined,
): Finding {
  return findingAbout(opening, what, [{ field: 'real server', expected, seen: seen ?? 'none' }]);
}

/** @param how Each decision was judged. */
function outcome(evidence: Evidence, wrong: readonly Finding[], how: string): CheckResult {
  const decisions = decisionsOf(evidence);
  const reached = connectionsOf(evidence).connections.length;
  const given = decisions.filter(({ seen }) => seen !== undefined).length;
  const strangers =
    given === reached
      ? []
      : [
          finding(
            `The servers saw ${counted(reached, 'connection')}, of which ${given} began at the director.`,
            [{ field: 'connections', expected: String(given), seen: String(reached) }],
          ),
        ];
  return {
    examined: decisions.length,
    evidence: `${counted(decisions.length, 'decision')} of ${evidence.scheduler}, ${how}`,
    findings: [...wrong, ...strangers],
  };
}

export const scheduling: readonly SessionCase[] = [order];
