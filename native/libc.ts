/** libc as the files beside this one call it, by koffi. */
import koffi from 'koffi';
import { SystemCallError } from './system-call-error.ts';

export const libc = koffi.load('libc.so.6');

/** @throws SystemCallError where the result is below 0. */
export function checked(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, koffi.errno());
  return result;
}
