/** Load balancer, real servers, shared data: what makes a group of servers look like one. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { finding } from '../../kit/finding.ts';
import { article } from '../../kit/requirement.ts';
import type { SessionCase } from '../../kit/session-case.ts';
import { schedulerFacts } from '../../models/schedulers.ts';

const sharedSession: SessionCase = {
  name: 'store/session',
  title: 'A session survives the change of server',
  requirement:
    'While the scheduler moves a visitor from server to server, the visit counter that all servers keep in the store goes up by exactly one with each request.',
  sources: [article('tiers')],
  modes: ALL_MODES,
  needsRealServers: true,
  needs: [],
  check: ({ traffic, service, scheduler }) => {
    const { answers, summary } = traffic.session;
    const findings = answers.flatMap(({ count, server }, i) =>
      count === i + 1
        ? []
        : [
            finding(`Request ${i + 1}, answered by ${server}, is out of step.`, [
              { field: 'visit counter', expected: String(i + 1), seen: String(count) },
            ]),
          ],
    );
    if (summary.errors > 0)
      findings.push(finding(`${summary.errors} of ${summary.requests} requests failed.`));
    const servers = new Set(answers.map(({ server }) => server));
    const usable = service.servers.filter(({ weight }) => weight > 0).length;
    // Other schedulers may well stay with one server.
    if (schedulerFacts(scheduler).takesTurns && servers.size < Math.min(2, usable)) {
      findings.push(
        finding(
          servers.size === 0
            ? 'No request was answered, so the visitor never moved.'
            : `The visitor never moved: all answers came from ${[...servers].join(', ')}.`,
        ),
      );
    }
    return {
      examined: answers.length + summary.errors,
      evidence: `${counted(answers.length, 'request')} answered by ${counted(servers.size, 'server')}`,
      findings,
    };
  },
};

export const threeTiers: readonly SessionCase[] = [sharedSession];
