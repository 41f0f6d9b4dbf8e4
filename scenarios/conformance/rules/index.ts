/** Cases of rules, lists and counters. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { counted } from './counters.ts';
import { edits } from './edits.ts';
import { estimates } from './estimates.ts';
import { lists } from './lists.ts';
import { marks } from './marks.ts';
import { match } from './match.ts';
import { refusals } from './refusals.ts';
import { servers } from './servers.ts';

export const ruleCases: readonly PacketCase[] = [
  ...match,
  ...refusals,
  ...edits,
  ...servers,
  ...marks,
  ...lists,
  ...counted,
  ...estimates,
];
