/** All clients behind one address, as behind a large provider's or a company's gateway. */

import { count, counted, statedPercent } from '../../../statistics/number-text.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { kernel } from '../../kit/requirement.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import { planWorkload } from '../plan/workload.ts';
import { contenders, type PlanScenario } from '../scenario.ts';
import { WITH_PORT } from './contenders.ts';
import { EQUAL_SHOW } from './kept-servers.ts';

/** Ports are spread over equal servers; that the fullest has more than this has no part in chance. */
const MOST_OF_ALL = 0.6;

export const oneClient: PlanScenario = {
  kind: 'plan',
  name: 'one-client',
  title: 'All clients behind one address',
  question: 'What becomes of the load if everybody comes through one gateway?',
  sources: [kernel('source hashing, §2.13'), kernel('Maglev hashing, §2.14')],
  // Two that take no account of the client stand beside them.
  contenders: [...WITH_PORT, ...contenders('rr', 'wlc')],
  placements: {
    quick: { live: 'no mode', connections: 120 },
    default: { live: 'no mode', connections: 120 },
    full: { live: 'every mode', connections: 300 },
  },
  servers: 3,
  withServers: EQUAL_SHOW,
  measuresEvenness: true,
  acrossModes: alikeInEveryMode,
  plan: ({ contender, connections, seed }) =>
    planWorkload({
      service: { ...contender, weights: [1, 1, 1], protocol: 'tcp', reachedBy: 'address' },
      connections,
      seed,
      clients: 1,
      outlives: [4, 100],
    }),
  judge: ({ contender, played }) => {
    const counts = countsOf(played.decisions, 3);
    const busy = counts.filter((given) => given > 0).length;
    const largest = Math.max(...counts) / played.decisions.length;
    const goesByClient = schedulerFacts(contender.scheduler).goesBy === 'client';
    const hashesPorts = goesByClient && contender.flags !== undefined;
    if (goesByClient && !hashesPorts) {
      return {
        findings: busy === 1 ? [] : [`One address was led to ${busy} servers.`],
        isShown: true,
        conclusion: `One address leads to one server: it got all connections (${count(played.decisions.length)}). ${contender.name}-port spreads them.`,
      };
    }
    const uneven = hashesPorts && largest > MOST_OF_ALL;
    return {
      findings: uneven ? [`One server got ${statedPercent(largest)} though ports are hashed too.`] : [],
      conclusion: `${counted(busy, 'server')} shared the load; the fullest got ${statedPercent(largest)}.`,
    };
  },
};
