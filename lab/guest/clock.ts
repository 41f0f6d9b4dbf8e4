/** The clock by which a guest's kernel goes with its timers: its ticks are counted on, so that hours pass at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../error.ts';
import type { Output } from '../ipvsadm.ts';
import type { Debugger } from './debugger.ts';

/** Ticks since the machine has booted, and the length of one in nanoseconds. */
const TICKS = 'jiffies_64';
const TICK_NS = 'tick_nsec';
/** Timers that follow from each other need a moment between: as fine as the time is short, and never much. */
const STEPS = 60;
const SHORTEST_MS = 100;
const LONGEST_MS = 4_000;
/** More than a tick, at which timers are looked at. */
const MOMENT_MS = 5;

export interface ClockParts {
  readonly debugger: Debugger;
  /** Runs a script in the guest. */
  readonly run: (script: string) => Promise<Output>;
  /** Resolves when the guest has done something: one that rests does not look at its clock. */
  readonly wake: () => Promise<void>;
}

export class GuestClock {
  readonly #parts: ClockParts;
  #place: { readonly ticks: bigint; readonly tickNs: bigint } | undefined;

  constructor(parts: ClockParts) {
    this.#parts = parts;
  }

  /** Resolves when so much time has passed for the kernel, that which passes meanwhile included, and what was due has been done. */
  async pass(ms: number): Promise<void> {
    this.#place ??= await this.#found();
    const { ticks, tickNs } = this.#place;
    const { debugger: memory, wake } = this.#parts;
    const ticksIn = (time: number) => BigInt(Math.ceil((time * 1e6) / Number(tickNs)));
    const step = ticksIn(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms / STEPS)));
    // A kernel that rests does not count.
    await wake();
    let end: bigint | undefined;
    for (let left = step; left > 0n; ) {
      await memory.whileStopped(async () => {
        const now = await memory.read64(ticks);
        end ??= now + ticksIn(ms);
        left = end - now;
        if (left > 0n) await memory.write64(ticks, now + (left < step ? left : step));
      });
      await wake();
      await delay(MOMENT_MS);
      await wake();
    }
  }

  async #found(): Promise<{ ticks: bigint; tickNs: bigint }> {
    const { stdout } = await this.#parts.run(`grep -E ' (${TICKS}|${TICK_NS})$' /proc/kallsyms`);
    const addressOf = (name: string) => {
      const line = stdout.split('\n').find((one) => one.endsWith(` ${name}`));
      if (line === undefined) throw new LabError(`The guest's kernel does not say where it has ${name}.`);
      return BigInt(`0x${line.split(' ')[0]}`);
    };
    const { debugger: memory } = this.#parts;
    const tickNs = await memory.whileStopped(() => memory.read64(addressOf(TICK_NS)));
    return { ticks: addressOf(TICKS), tickNs };
  }
}
