/** Which server the scheduler picks, connection by connection. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { type Finding, finding, findingAbout } from '../../kit/finding.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { connectionsOf } from '../../kit/session/connections.ts';
import { decisionsOf } from '../../kit/session/decisions.ts';
import type { SessionCase } from '../../kit/session-case.ts';

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
    const findings: Finding[] = decisions.flatMap(({ opening, servers, seen }, i) =>
      isAmong(servers, seen)
        ? []
        : [
            findingAbout(opening, `Connection ${i + 1} went elsewhere than the reference model says.`, [
              { field: 'real server', expected: servers.join(' or ') || 'none', seen: seen ?? 'none' },
            ]),
          ],
    );
    const reached = connectionsOf(evidence).connections.length;
    const given = decisions.filter(({ seen }) => seen !== undefined).length;
    if (given !== reached) {
      findings.push(
        finding(
          `The servers saw ${counted(reached, 'connection')}, of which ${given} began at the director.`,
          [{ field: 'connections', expected: String(given), seen: String(reached) }],
        ),
      );
    }
    return {
      examined: decisions.length,
      evidence: `${counted(decisions.length, 'decision')} of ${evidence.scheduler}, each compared with the reference model’s`,
      findings,
    };
  },
};

export const scheduling: readonly SessionCase[] = [order];
