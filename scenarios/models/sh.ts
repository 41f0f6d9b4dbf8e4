/**
 * Source hashing: 256 buckets are dealt out to the servers in turn, as many at a time as a server’s weight says, though
 * at least one. The hash of the client’s address, plus its port where that is asked for, leads to a bucket.
 */
import { ipNumber } from '../../lab/frames/index.ts';
import { type HashFlags, isEligible, type Model, type ModelServer } from './choice.ts';
import { hash32 } from './hash32.ts';

const BUCKETS = 256;

export function sh({ withPort = false, withFallback = false }: HashFlags = {}): Model {
  return (list, { client, clientPort }) => {
    const buckets = bucketsOf(list);
    const value = (ipNumber(client) + (withPort ? clientPort : 0)) % 2 ** 32;
    const bucket = (offset: number) => buckets[(offset + hash32(value, 8)) % BUCKETS];
    const own = bucket(0);
    if (own !== undefined && isEligible(own)) return own.name;
    if (!withFallback) return undefined;
    // The search begins at twice the hash: its first offset is the hash itself.
    for (let k = 0; k < BUCKETS; k++) {
      const found = bucket((k + hash32(value, 8)) % BUCKETS);
      if (found !== undefined && isEligible(found)) return found.name;
    }
    return undefined;
  };
}

/** @param list With the weights that the servers had when the buckets were dealt out. */
export function bucketsOf(list: readonly ModelServer[]): ModelServer[] {
  const places = ({ weight }: ModelServer) => Math.min(BUCKETS, Math.max(1, weight));
  const turn = list.flatMap((server) => Array<ModelServer>(places(server)).fill(server));
  return turn.length === 0 ? [] : Array.from({ length: BUCKETS }, (_, i) => turn[i % turn.length]!);
}
