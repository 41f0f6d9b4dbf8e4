/** UDP has no connections that could be active, so schedulers that count these see idle servers only. */

import { counted, statedPercent } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { planWorkload } from '../plan/workload.ts';
import type { PlanScenario } from '../scenario.ts';
import { EVENING_OUT } from './contenders.ts';
import { EQUAL_SHOW } from './kept-servers.ts';

/** By as many a server may be ahead where flows that are kept in mind are evened out. */
const LARGEST_LEAD = 1;

export const udp: PlanScenario = {
  kind: 'plan',
  name: 'udp',
  title: 'UDP flows',
  question: 'Which schedulers balance UDP?',
  sources: [kernel('active and inactive counters, §4.5')],
  contenders: EVENING_OUT,
  placements: {
    quick: { live: 'no mode', connections: 90 },
    default: { live: 'first mode', connections: 90 },
    full: { live: 'every mode', connections: 300 },
  },
  servers: 3,
  withServers: EQUAL_SHOW,
  measuresEvenness: true,
  acrossModes: () => ({
    mustBeAlike: true,
    reason:
      'A UDP flow counts as inactive whoever sends, so answers that the director does not see change nothing.',
  }),
  plan: ({ contender, connections, seed }) =>
    planWorkload({
      service: { ...contender, weights: [1, 1, 1], protocol: 'udp', reachedBy: 'address' },
      connections,
      seed,
    }),
  judge: ({ contender, played }) => {
    const counts = countsOf(played.decisions, 3);
    const lead = Math.max(...counts) - Math.min(...counts);
    if (schedulerFacts(contender.scheduler).load === 'active connections') {
      return {
        findings: [],
        isShown: true,
        conclusion:
          `No UDP flow counts as active, so all servers look idle for ever: the first in the list got ` +
          `${statedPercent(Math.max(...counts) / played.decisions.length)} of ${played.decisions.length} flows.`,
      };
    }
    return {
      findings:
        lead > LARGEST_LEAD
          ? [`A server was given ${counted(lead, 'flow')} more than another; ${LARGEST_LEAD} is the most.`]
          : [],
      conclusion:
        lead === 0
          ? `All servers got the same number of ${played.decisions.length} flows.`
          : `The fullest server got ${lead} more of ${played.decisions.length} flows than the emptiest.`,
    };
  },
};
