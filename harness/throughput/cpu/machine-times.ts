/** What all processors of the machine have done (proc_stat(5)), whoever's work it was. */
import { readFileSync } from 'node:fs';

const TICK_MS = 10;

export interface MachineTimes {
  readonly busyMs: number;
  /** Of that, what the kernel did outside of any process: receiving packets, mostly. */
  readonly softirqMs: number;
}

/** user, nice, system, idle, iowait, irq, softirq, steal. */
export function readMachineTimes(text = readFileSync('/proc/stat', 'utf8')): MachineTimes {
  const line = text.split('\n')[0] ?? '';
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
  return {
    busyMs: (user + nice + system + irq + softirq + steal) * TICK_MS,
    softirqMs: (irq + softirq) * TICK_MS,
  };
}
