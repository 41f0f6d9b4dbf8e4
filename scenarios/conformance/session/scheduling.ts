/** Which server the scheduler picks, connection by connection. */

import { formatAddress } from '../../../lab/captures/format.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { type Finding, finding, findingAbout } from '../../kit/finding.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { connectionsOf } from '../../kit/session/connections.ts';
import { requestIdentity } from '../../kit/session/flows.ts';
import { predictDecisions } from '../../kit/session/predict.ts';
import type { SessionCase } from '../../kit/session-case.ts';

const order: SessionCase = {
  name: 'scheduler/order',
  title: 'Every decision is the one predicted',
  requirement:
    'For each connection in turn the director picks the server that the scheduling algorithm, given the same packets in memory, picks.',
  sources: [article('scheduler'), kernel('schedulers, §2')],
  modes: ALL_MODES,
  check: (evidence) => {
    const predicted = predictDecisions(evidence);
    const observed = new Map(
      connectionsOf(evidence).connections.map(({ opening, server }) => [requestIdentity(opening), server]),
    );
    const nameOf = (address: number) =>
      evidence.service.servers.find(({ rip }) => rip === address)?.host ?? formatAddress(address);
    const findings: Finding[] = [];
    predicted.forEach(({ opening, server }, i) => {
      const seen = observed.get(requestIdentity(opening));
      if (seen === nameOf(server)) return;
      findings.push(
        findingAbout(opening, `Connection ${i + 1} went elsewhere than predicted.`, [
          { field: 'real server', expected: nameOf(server), seen: seen ?? 'none' },
        ]),
      );
    });
    if (predicted.length !== observed.size) {
      findings.push(
        finding(`Predicted ${counted(predicted.length, 'connection')}, saw ${observed.size}.`, [
          { field: 'connections', expected: String(predicted.length), seen: String(observed.size) },
        ]),
      );
    }
    return {
      examined: predicted.length,
      evidence: `${counted(predicted.length, 'decision')} of ${evidence.scheduler}, each compared with the core’s`,
      findings,
    };
  },
};

export const scheduling: readonly SessionCase[] = [order];
