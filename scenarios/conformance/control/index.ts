/** Cases of what asks a director, and of what it answers. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { atOnce } from './at-once.ts';
import { programs } from './programs.ts';
import { requests } from './requests.ts';
import { rules } from './rules.ts';
import { settings } from './settings.ts';
import { state } from './state.ts';
import { unanswered } from './unanswered.ts';
import { warnings } from './warnings.ts';

export const controlCases: readonly PacketCase[] = [
  ...requests,
  ...settings,
  ...rules,
  ...state,
  ...unanswered,
  ...programs,
  ...warnings,
  ...atOnce,
];
