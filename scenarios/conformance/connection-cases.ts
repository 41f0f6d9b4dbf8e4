/** Cases about scheduling, connections and rules. */
import type { PacketCase } from '../kit/packet-case.ts';
import { connectionLifeCases } from './connections/index.ts';
import { persistenceCases } from './persistence/index.ts';
import { ruleCases } from './rules/index.ts';
import { schedulerCases } from './schedulers/index.ts';

export const connectionCases: readonly PacketCase[] = [
  ...schedulerCases,
  ...connectionLifeCases,
  ...persistenceCases,
  ...ruleCases,
];
