/** Where a guest's kernel has in its memory what its clock and its timers go by. */
import { LabError } from '../error.ts';
import type { Output } from '../ipvsadm.ts';
import type { Debugger } from './debugger.ts';
import { Timers } from './timers.ts';

const SYMBOLS = {
  ticks: 'jiffies_64',
  tickNs: 'tick_nsec',
  next: 'tick_next_period',
  /** Of the first processor’s data, to be added to where `timers` is in these. */
  ownData: '__per_cpu_offset',
  timers: 'timer_bases',
} as const;

export interface ClockPlaces {
  /** Ticks since the machine has booted. */
  readonly ticks: bigint;
  /** The time of the next one, in nanoseconds since then. */
  readonly next: bigint;
  /** How long one is: itself, and no place. */
  readonly tickNs: bigint;
  readonly timers: Timers | undefined;
}

/** @param run Runs a script in the guest. @throws LabError where the kernel does not say. */
export async function findClock(
  memory: Debugger,
  run: (script: string) => Promise<Output>,
): Promise<ClockPlaces> {
  const names = Object.values(SYMBOLS);
  const { stdout } = await run(`grep -E ' (${names.join('|')})$' /proc/kallsyms`);
  const addressOf = (name: string) => {
    const line = stdout.split('\n').find((one) => one.endsWith(` ${name}`));
    if (line === undefined) throw new LabError(`The guest's kernel does not say where it has ${name}.`);
    return BigInt(`0x${line.split(' ')[0]}`);
  };
  const [ticks, next] = [addressOf(SYMBOLS.ticks), addressOf(SYMBOLS.next)];
  return memory.whileStopped(async () => {
    const ownData = await memory.read64(addressOf(SYMBOLS.ownData));
    const timers = BigInt.asUintN(64, ownData + addressOf(SYMBOLS.timers));
    return {
      ...{ ticks, next, tickNs: await memory.read64(addressOf(SYMBOLS.tickNs)) },
      timers: await Timers.find(memory, timers, await memory.read64(ticks)),
    };
  });
}
