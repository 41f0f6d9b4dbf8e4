/** A server's weight is set to 0, as before maintenance: it keeps its connections and gets no new ones. */

import { counted } from '../../../statistics/number-text.ts';
import { kernel } from '../../kit/requirement.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import type { PlanScenario, SituationVerdict } from '../scenario.ts';
import { type Change, changePlan, judgeChange } from './changes.ts';
import { WITH_FALLBACK } from './contenders.ts';
import { ONE_CHANGES } from './kept-servers.ts';

const CHANGE: Change = {
  weights: [1, 1, 1],
  step: { do: 'weight', server: 2, weight: 0 },
  gone: [2],
  came: [],
};

export const drained: PlanScenario = {
  kind: 'plan',
  name: 'drained',
  title: 'A server is drained with weight 0',
  question: 'Is weight 0 a gentle way to take a server out?',
  sources: [kernel('schedulers: common rules, §2.1'), kernel('source hashing, §2.13')],
  contenders: WITH_FALLBACK,
  placements: {
    quick: { live: 'no mode', connections: 120 },
    default: { live: 'no mode', connections: 120 },
    full: { live: 'every mode', connections: 200 },
  },
  servers: 3,
  withServers: ONE_CHANGES,
  measuresEvenness: false,
  acrossModes: alikeInEveryMode,
  plan: (options) => changePlan(options, CHANGE),
  judge: (observed): SituationVerdict => {
    const verdict = judgeChange(observed, CHANGE);
    const { decisions, broken, unanswered } = observed.played;
    const late = decisions.slice(decisions.length / 2).filter((server) => server === 2).length;
    const { scheduler, flags } = observed.contender;
    // A table leads some clients to the quiesced server still, and without the fallback flag these are refused.
    const refuses = !schedulerFacts(scheduler).searches && flags === undefined;
    return {
      ...verdict,
      isShown: refuses,
      findings: [
        ...(broken.length > 0
          ? [`${counted(broken.length, 'connection')} broke; weight 0 leaves them alone.`]
          : []),
        ...(late > 0 ? [`${late} new connections were given to the server of weight 0.`] : []),
        ...(unanswered.length > 0 && !refuses
          ? [`${counted(unanswered.length, 'new connection')} found no server.`]
          : []),
      ],
    };
  },
};
