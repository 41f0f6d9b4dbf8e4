/** Waits for the machine to come to rest before something is measured on it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readMachineTimes } from './cpu-meter.ts';

/** Long enough that one tick of the kernel's accounting is no load. */
const SPAN_MS = 300;
/** Of one core. */
const AT_REST = 0.1;
/** Whoever goes on longer is other work, which the figures say that they were disturbed by. */
const LONGEST_MS = 5_000;

/** Resolves once the whole machine has done next to nothing for a while, or has not come to that in time. */
export async function machineAtRest(): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const [begunMs, before] = [performance.now(), readMachineTimes().busyMs];
    await sleep(SPAN_MS);
    const load = (readMachineTimes().busyMs - before) / (performance.now() - begunMs);
    if (load < AT_REST || performance.now() >= deadline) return;
  }
}
