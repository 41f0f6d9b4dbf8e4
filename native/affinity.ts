/** Which processors this thread may run on. */
import { libc } from './libc.ts';

const setAffinity = libc.func('int sched_setaffinity(int thread, size_t bytes, const uint8_t *mask)');
const getAffinity = libc.func('int sched_getaffinity(int thread, size_t bytes, _Out_ uint8_t *mask)');

/** Keeps this thread on one processor for a while, as what a packet's two programs do is. Returns how to let it go again. */
export function stayOnOneProcessor(): () => void {
  const before = new Uint8Array(128);
  getAffinity(0, before.length, before);
  const one = new Uint8Array(before.length);
  const byte = before.findIndex((bits) => bits !== 0);
  one[byte] = (before[byte] as number) & -(before[byte] as number);
  setAffinity(0, one.length, one);
  return () => {
    setAffinity(0, before.length, before);
  };
}
