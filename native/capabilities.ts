/** What this process may do as root: capabilities(7), and the bounding set that limits them in programs that it becomes or starts. */
import { readFileSync } from 'node:fs';
import { checked, libc } from './libc.ts';

const native = {
  prctl: libc.func('int prctl(int option, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)'),
  capget: libc.func('int capget(const uint32_t *header, _Out_ uint32_t *data)'),
  capset: libc.func('int capset(const uint32_t *header, const uint32_t *data)'),
};

/** linux/capability.h. */
export const CAPABILITY = { writeAnyFile: 1, readAnyFile: 2, network: 12, rawSockets: 13, bpf: 39 } as const;

export type Capability = (typeof CAPABILITY)[keyof typeof CAPABILITY];

const VERSION_3 = 0x20080522;
const HEADER = new Uint32Array([VERSION_3, 0]);
/** Words of capget(2): effective, permitted and inheritable of capabilities 0 to 31, then of the others. */
const WORDS = 6;
const WORDS_OF_A_HALF = 3;
const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;

/** Whether this process, or a program that it starts as root, may do more than that. */
export function hasMoreThan(kept: readonly Capability[]): boolean {
  const [low, high] = maskOf(kept);
  const held = boundingSet();
  return (held[0] & ~low) !== 0 || (held[1] & ~high) !== 0;
}

/**
 * Gives up what is not kept, for good: in this thread, and in every program that it starts or becomes.
 * @throws SystemCallError without the right to do so.
 */
export function giveUpAllBut(kept: readonly Capability[]): void {
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  for (let capability = 0; capability <= last; capability++) {
    if (kept.some((one) => one === capability)) continue;
    if (native.prctl(PR_CAPBSET_READ, capability, 0, 0, 0) !== 1) continue;
    checked('prctl(PR_CAPBSET_DROP)', native.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
  }
  const data = currentSets();
  for (const [half, mask] of maskOf(kept).entries()) {
    for (let set = 0; set < WORDS_OF_A_HALF; set++) {
      const at = half * WORDS_OF_A_HALF + set;
      data[at] = (data[at] as number) & mask;
    }
  }
  checked('capset', native.capset(HEADER, data));
}

/** Runs `action` on this thread with these capabilities alone; it has the others again afterwards. */
export function withOnly<Result>(kept: readonly Capability[], action: () => Result): Result {
  const [low, high] = maskOf(kept);
  return lowered((held, half) => held & (half === 0 ? low : high), action);
}

/** Runs `action` on this thread without some capabilities, which it has again afterwards. */
export function without<Result>(capabilities: readonly Capability[], action: () => Result): Result {
  const [low, high] = maskOf(capabilities);
  return lowered((held, half) => held & ~(half === 0 ? low : high), action);
}

/** @param of What is in effect instead, in each half of the capabilities. */
function lowered<Result>(of: (held: number, half: 0 | 1) => number, action: () => Result): Result {
  const held = currentSets();
  const changed = held.slice();
  changed[0] = of(held[0] as number, 0);
  changed[WORDS_OF_A_HALF] = of(held[WORDS_OF_A_HALF] as number, 1);
  checked('capset', native.capset(HEADER, changed));
  try {
    return action();
  } finally {
    checked('capset', native.capset(HEADER, held));
  }
}

function currentSets(): Uint32Array {
  const data = new Uint32Array(WORDS);
  checked('capget', native.capget(HEADER, data));
  return data;
}

function boundingSet(): readonly [number, number] {
  const [, digits = ''] = /^CapBnd:\s*([\da-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const set = BigInt(`0x${digits || '0'}`);
  return [Number(set & 0xffff_ffffn) | 0, Number(set >> 32n) | 0];
}

/** As two 32-bit words. */
function maskOf(capabilities: readonly Capability[]): readonly [number, number] {
  const words: [number, number] = [0, 0];
  for (const capability of capabilities) words[capability < 32 ? 0 : 1] |= 1 << (capability & 31);
  return words;
}
