/** What is not the director's business is left to its machine. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { finding, findingAbout } from '../../kit/finding.ts';
import { article } from '../../kit/requirement.ts';
import { isRequest } from '../../kit/session/flows.ts';
import type { SessionCase } from '../../kit/session-case.ts';

const noRule: SessionCase = {
  name: 'local/no-rule',
  title: 'A port without a rule is the machine’s own',
  requirement:
    'A packet to the VIP that matches no virtual service goes on to a process on the director’s machine, which answers; no server gets it.',
  sources: [article('user-space')],
  modes: ALL_MODES,
  needsRealServers: true,
  needs: [],
  check: (evidence) => {
    const { traffic, service } = evidence;
    const { answeredBy, problem } = traffic.local;
    const findings =
      answeredBy === 'director'
        ? []
        : [
            finding(`The listener on the director’s port ${service.localPort} did not answer.`, [
              { field: 'answered by', expected: 'director', seen: answeredBy ?? problem ?? 'nobody' },
            ]),
          ];
    const leaked = service.servers.flatMap(({ host }) =>
      evidence
        .on(host, 'eth0')
        .filter(
          ({ payload }) => payload?.destinationPort === service.localPort && !isRequest(service, payload),
        ),
    );
    findings.push(
      ...leaked.map((packet) => findingAbout(packet, 'A server got a packet for a port without a rule.')),
    );
    const arrived = evidence
      .receivedBy('director', evidence.directorPorts.client)
      .filter(({ ip }) => ip?.destination === service.vip && ip.destinationPort === service.localPort);
    return {
      examined: arrived.length,
      evidence: `${counted(arrived.length, 'packet')} to ${service.vipText}:${service.localPort} on the director`,
      findings,
    };
  },
};

export const localStack: readonly SessionCase[] = [noRule];
