/** Whom connections go to: one server each, and shares as the scheduler promises. */

import { TCP } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { Finding } from '../../kit/finding.ts';
import { finding, findingAbout } from '../../kit/finding.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { connectionsOf } from '../../kit/session/connections.ts';
import type { Evidence } from '../../kit/session/evidence.ts';
import type { Endpoint } from '../../kit/session/service-under-test.ts';
import type { SessionCase } from '../../kit/session-case.ts';
import { schedulerFacts, schedulersWhere } from '../../models/schedulers.ts';

const oneServer: SessionCase = {
  name: 'connection/one-server',
  title: 'A connection stays on its server',
  requirement:
    'All packets of a connection, and all datagrams from one client port, reach one and the same real server.',
  sources: [kernel('the connection table decides before the scheduler, §1.2')],
  modes: ALL_MODES,
  check: (evidence) => {
    const { connections, strays } = connectionsOf(evidence);
    return {
      examined: connections.length,
      evidence: `${counted(connections.length, 'connection')} on the servers’ eth0`,
      findings: strays.map(({ packet, home }) =>
        findingAbout(packet, `This packet belongs to a connection that began on ${home}.`),
      ),
    };
  },
};

/** Connections of each server, in the order of the service's servers. */
function counts(evidence: Evidence, endpoint: Endpoint): number[] {
  const { connections } = connectionsOf(evidence);
  return evidence.service.servers.map(
    ({ host }) => connections.filter((one) => one.server === host && one.endpoint === endpoint).length,
  );
}

const share: SessionCase = {
  name: 'scheduler/share',
  title: 'Every server gets its share',
  requirement:
    'Over many connections each real server gets what its weight entitles it to; a round-robin scheduler is never further off than one round.',
  sources: [article('scheduler'), kernel('schedulers rr and wrr, §2.2, §2.3')],
  modes: ALL_MODES,
  schedulers: schedulersWhere(({ takesTurns }) => takesTurns === true),
  check: (evidence) => {
    const { servers, endpoints } = evidence.service;
    const { usesWeights } = schedulerFacts(evidence.scheduler);
    const findings: Finding[] = [];
    let examined = 0;
    for (const endpoint of endpoints) {
      const weights = endpoint.weights.map((weight) => (usesWeights ? weight : Math.min(weight, 1)));
      const round = weights.reduce((sum, weight) => sum + weight, 0);
      const seen = counts(evidence, endpoint);
      const total = seen.reduce((sum, count) => sum + count, 0);
      examined += total;
      seen.forEach((count, i) => {
        // A service may have some of the network’s servers only.
        const ideal = (total * (weights[i] ?? 0)) / round;
        // One round may be under way, and wrr's first round gives one to each whatever the weights.
        const tolerance = usesWeights ? Math.max(...weights) + 1 : 1;
        if (Math.abs(count - ideal) <= tolerance) return;
        findings.push(
          finding(`${servers[i]?.host} does not get its share.`, [
            {
              field: `${endpoint.protocol === TCP ? 'TCP' : 'UDP'} connections to ${endpoint.name}`,
              expected: `${ideal.toFixed(1)} ± ${tolerance} of ${total}`,
              seen: String(count),
            },
          ]),
        );
      });
    }
    return {
      examined,
      evidence: `${counted(examined, 'connection')} over ${counted(servers.length, 'server')}`,
      findings,
    };
  },
};

export const balancing: readonly SessionCase[] = [oneServer, share];
