/**
 * The hash of a flow's key, as the director and the programs compute it: NH (RFC 4418 §5.2.2), by which two keys meet with a
 * probability of 2^-32 for whoever does not know the seeds, and what spreads that over all bits.
 */
import type { Instruction } from '../../native/bpf/assembler.ts';
import { calculate, calculate32, R, reg, set } from '../../native/bpf/instructions.ts';
import { KEY } from './layout.ts';

/** Odd, and mixes well. */
const FACTOR = 0x9e3779b1 | 0;
const SHIFT = 15;
const BASE = 2 ** 32;

/** One for each word of the key. */
export type Seeds = ArrayLike<number>;

/** 32 bits as a signed number. */
export function hashOf(key: DataView, seeds: Seeds): number {
  const word = (at: number, i: number) => (key.getInt32(at, true) + (seeds[i] as number)) >>> 0;
  const [source, destination] = [word(KEY.source, 0), word(KEY.destination, 1)];
  const [ports, protocol] = [word(KEY.ports, 2), word(KEY.protocol, 3)];
  const low = (Math.imul(source, destination) >>> 0) + (Math.imul(ports, protocol) >>> 0);
  const high = upperOfProduct(source, destination) + upperOfProduct(ports, protocol) + Math.floor(low / BASE);
  const mixed = Math.imul((low ^ high) | 0, FACTOR);
  return mixed ^ (mixed >>> SHIFT);
}

/** The upper 32 bits of the product of two numbers of 32. */
function upperOfProduct(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + Math.floor((aLow * bLow) / 0x10000);
  const other = aLow * bHigh + (middle % 0x10000);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
}

/** Leaves in `result` the hash of the key whose words are in r1 (source), r4 (destination), r2 (ports) and r3 (protocol), which are kept. r5 and r8 are used. */
export function hashKey([source, destination, ports, protocol]: Seeds & Iterable<number>): Instruction[] {
  const product = (to: number, a: number, aSeed: number, other: number, b: number, bSeed: number) => [
    calculate32('move', to, reg(a)),
    calculate32('add', to, aSeed),
    calculate32('move', other, reg(b)),
    calculate32('add', other, bSeed),
    calculate('multiply', to, reg(other)),
  ];
  return [
    ...product(R.result, R.r1, source as number, R.r5, R.r4, destination as number),
    ...product(R.r5, R.r2, ports as number, R.r8, R.r3, protocol as number),
    calculate('add', R.result, reg(R.r5)),
    set(R.r5, reg(R.result)),
    calculate('right', R.r5, 32),
    calculate32('xor', R.result, reg(R.r5)),
    calculate32('multiply', R.result, FACTOR),
    calculate32('move', R.r5, reg(R.result)),
    calculate32('right', R.r5, SHIFT),
    calculate32('xor', R.result, reg(R.r5)),
  ];
}
