/** The hash of a flow's key, as the director and the programs compute it. Who does not know the seed cannot make keys meet. */
import type { Instruction } from '../../native/bpf/assembler.ts';
import { calculate32, load, R, reg, WIDTH } from '../../native/bpf/instructions.ts';
import { KEY } from './layout.ts';

/** Odd numbers that mix well. */
const FACTORS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((factor) => factor | 0);
const SHIFTS = [15, 13, 16, 15];
const WORDS = [KEY.source, KEY.destination, KEY.ports, KEY.protocol];

/** 32 bits as a signed number. */
export function hashOf(key: DataView, seed: number): number {
  let hash = seed;
  for (let i = 0; i < WORDS.length; i++) {
    hash ^= key.getInt32(WORDS[i] as number, true);
    hash = Math.imul(hash, FACTORS[i] as number);
    hash ^= hash >>> (SHIFTS[i] as number);
  }
  return hash;
}

/** Leaves the hash of the key on the stack in r3. r4 is used. */
export function hashKey(key: number, seed: number): Instruction[] {
  return [
    calculate32('move', R.r3, seed),
    ...WORDS.flatMap((word, i) => [
      load(WIDTH.word, R.r4, R.stack, key + word),
      calculate32('xor', R.r3, reg(R.r4)),
      calculate32('multiply', R.r3, FACTORS[i] as number),
      calculate32('move', R.r4, reg(R.r3)),
      calculate32('right', R.r4, SHIFTS[i] as number),
      calculate32('xor', R.r3, reg(R.r4)),
    ]),
  ];
}
