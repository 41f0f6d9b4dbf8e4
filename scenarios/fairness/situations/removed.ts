/** A server is deleted while it is at work. */

import { counted } from '../../../statistics/number-text.ts';
import { kernel } from '../../kit/requirement.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import type { PlanScenario, SituationVerdict } from '../scenario.ts';
import { type Change, changePlan, judgeChange } from './changes.ts';
import { REPRESENTATIVES } from './contenders.ts';
import { ONE_CHANGES } from './kept-servers.ts';

const CHANGE: Change = {
  weights: [1, 1, 1],
  step: { do: 'remove', server: 2 },
  gone: [2],
  came: [],
};

export const removed: PlanScenario = {
  kind: 'plan',
  name: 'removed',
  title: 'A server is deleted at work',
  question: 'Whose connections break, and who else is moved, when a server is deleted?',
  sources: [kernel('deleted destinations, §3.6')],
  contenders: REPRESENTATIVES,
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
    const stranger = broken.find((connection) => decisions[connection] !== 2);
    return {
      ...verdict,
      findings: [
        ...(stranger === undefined ? [] : [`Connection ${stranger + 1} broke though its server stayed.`]),
        ...(unanswered.length > 0
          ? [`${counted(unanswered.length, 'new connection')} found no server.`]
          : []),
      ],
    };
  },
};
