/** Which processors this thread may run on. */
import { libc } from './libc.ts';

const setAffinity = libc.func('int sched_setaffinity(int thread, size_t bytes, const uint8_t *mask)');
const getAffinity = libc.func('int sched_getaffinity(int thread, size_t bytes, _Out_ uint8_t *mask)');

/** How many want it to stay, and where it could be before. */
let staying = 0;
const before = new Uint8Array(128);

/**
 * Keeps this thread on one processor for a while, and what it starts meanwhile. Returns how to let it go again, to be called once:
 * it goes when all who wanted it to stay have let it go.
 */
export function stayOnOneProcessor(): () => void {
  const letGo = () => {
    if (--staying === 0) setAffinity(0, before.length, before);
  };
  if (staying++ > 0) return letGo;
  getAffinity(0, before.length, before);
  const one = new Uint8Array(before.length);
  const byte = before.findIndex((bits) => bits !== 0);
  one[byte] = (before[byte] as number) & -(before[byte] as number);
  setAffinity(0, one.length, one);
  return letGo;
}
