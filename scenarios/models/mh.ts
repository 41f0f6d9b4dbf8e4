/**
 * Maglev hashing: every server has an order of preference over the 4093 slots of a table (an offset and a skip, both
 * hashes of its address and port), and in turns each claims as many free slots as its share of the weights says. The
 * hash of the client’s address, plus its port where that is asked for, leads to a slot.
 */
import { ipNumber } from '../../lab/frames/index.ts';
import { type HashFlags, isEligible, type Model, type ModelServer } from './choice.ts';
import { sipHash32 } from './siphash.ts';

const SLOTS = 4093;
const LARGEST_TURN_BITS = 6;
const OFFSET_KEY = 0x9e3779b1n;
const SKIP_KEY = 0x9e37a52cn;

/** A server, and the weight by which it has its slots: the last one that was not 0. */
export interface MaglevServer extends ModelServer {
  readonly lastWeight?: number;
}

export function mh({ withPort = false, withFallback = false }: HashFlags = {}): Model {
  return (list, { client, clientPort }) => {
    const slots = slotsOf(list);
    const address = ipNumber(client) + (withPort ? clientPort : 0);
    const slot = (offset: number) => sipHash32((address + offset) % 2 ** 32, OFFSET_KEY) % SLOTS;
    const byName = (name: string | undefined) => list.find((server) => server.name === name);
    const first = slot(0);
    const own = byName(slots[first]);
    if (own !== undefined && isEligible(own)) return own.name;
    for (let k = 0; withFallback && own !== undefined && k < SLOTS; k++) {
      const found = byName(slots[slot((k + first) % SLOTS)]);
      if (found === undefined) return undefined;
      if (isEligible(found)) return found.name;
    }
    return undefined;
  };
}

const known = new Map<string, readonly (string | undefined)[]>();

/** Whose each slot is. Kept by what it is made from: it is the same for every client. */
export function slotsOf(list: readonly MaglevServer[]): readonly (string | undefined)[] {
  const key = list.map((server) => [server.name, server.address, server.port, weightOf(server)]).join(' ');
  const slots = known.get(key) ?? deal(list);
  known.set(key, slots);
  return slots;
}

function deal(list: readonly MaglevServer[]): (string | undefined)[] {
  const slots = Array<string | undefined>(SLOTS).fill(undefined);
  const weights = list.map(weightOf);
  const largest = Math.max(0, ...weights);
  if (largest === 0) return slots;
  const divisor = commonDivisor(weights.filter((weight) => weight > 0));
  const shift = Math.max(0, (largest / divisor).toString(2).length - LARGEST_TURN_BITS);
  const claims = list.map((server, i) => {
    const place = ipNumber(server.address) + server.port;
    const share = Math.floor(weights[i]! / divisor / 2 ** shift);
    return {
      name: server.name,
      turns: weights[i] === 0 ? 0 : Math.max(1, share),
      position: sipHash32(place, OFFSET_KEY) % SLOTS,
      skip: (sipHash32(place, SKIP_KEY) % (SLOTS - 1)) + 1,
    };
  });
  let free = SLOTS;
  while (free > 0) {
    for (const claim of claims) {
      for (let turn = 0; turn < claim.turns && free > 0; turn++, free--) {
        while (slots[claim.position] !== undefined) claim.position = (claim.position + claim.skip) % SLOTS;
        slots[claim.position] = claim.name;
      }
    }
  }
  return slots;
}

function weightOf({ weight, lastWeight }: MaglevServer): number {
  return lastWeight ?? weight;
}

function commonDivisor(weights: readonly number[]): number {
  let divisor = Math.min(...weights);
  while (weights.some((weight) => weight % divisor !== 0)) divisor--;
  return divisor;
}
