/** Sleeping for less than the millisecond that Node's timers count in. */
import { libc } from './libc.ts';

const usleep = libc.func('int usleep(uint32_t microseconds)');

/** Sleeps, and with it this whole thread. A signal ends it early. */
export function sleepMicroseconds(microseconds: number): void {
  usleep(Math.max(0, Math.round(microseconds)));
}

/** Calls back once the time has passed, some 50 µs late. The event loop goes on meanwhile. */
export function afterMicroseconds(microseconds: number, callback: () => void): void {
  usleep.async(Math.max(0, Math.round(microseconds)), callback);
}
