/**
 * Destination hashing: 256 buckets are dealt out to the servers in turn, one each, whatever their weights; the hash of
 * the packet’s destination address leads to a bucket. Where its server is unavailable, none is chosen.
 */
import { ipNumber } from '../../lab/frames/index.ts';
import { isEligible, type Model } from './choice.ts';
import { hash32 } from './hash32.ts';

export const dh: Model = (list, { destination }) => {
  const owner = list[hash32(ipNumber(destination), 8) % list.length];
  return owner !== undefined && isEligible(owner) ? owner.name : undefined;
};
