/** A server is added while the others are at work. */

import { kernel } from '../../kit/requirement.ts';
import { alikeInEveryMode } from '../across-modes.ts';
import type { PlanScenario, SituationVerdict } from '../scenario.ts';
import { type Change, changePlan, judgeChange } from './changes.ts';
import { REPRESENTATIVES } from './contenders.ts';
import { ONE_CHANGES } from './kept-servers.ts';

const CHANGE: Change = {
  weights: [1, 1],
  step: { do: 'add', server: 2, weight: 1 },
  gone: [],
  came: [2],
};

export const added: PlanScenario = {
  kind: 'plan',
  name: 'added',
  title: 'A server is added',
  question: 'Does a new server get its share of the load, and who is moved for it?',
  sources: [kernel('schedulers: common rules, §2.1')],
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
    const broken = observed.played.broken.length;
    return { ...verdict, findings: broken > 0 ? [`${broken} connections broke though no server went.`] : [] };
  },
};
