/** Cases of several subjects that stand at the end of the catalogue, so that the others keep their places. */
import type { PacketCase } from '../kit/packet-case.ts';
import { lifetimes } from './connections/lifetimes.ts';
import { limits } from './packets/limits.ts';
import { apart } from './persistence/apart.ts';
import { scaleCases } from './scale/index.ts';
import { largeWeights } from './schedulers/large-weights.ts';
import { mhRevived } from './schedulers/mh-revived.ts';

export const laterCases: readonly PacketCase[] = [
  ...largeWeights,
  ...mhRevived,
  ...apart,
  ...lifetimes,
  ...limits,
  ...scaleCases,
];
