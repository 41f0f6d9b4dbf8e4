/**
 * The clock by which a guest's kernel goes with its timers: its ticks. They can be held, so that what takes long here takes no
 * time there, and counted on, so that hours pass at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../error.ts';
import type { Output } from '../ipvsadm.ts';
import type { Debugger } from './debugger.ts';

/** Ticks since the machine has booted; the length of one, and the time of the next one, in nanoseconds since then. */
const SYMBOLS = { ticks: 'jiffies_64', tickNs: 'tick_nsec', next: 'tick_next_period' } as const;
/** The next tick of a kernel that is not to count any: in 146 years. */
const NEVER = 1n << 62n;
/** Timers that follow from each other need a moment between: as fine as the time is short, and never much. */
const STEPS = 100;
const SHORTEST_MS = 20;
const LONGEST_MS = 4_000;
/** More than a tick, at which timers are looked at. */
const MOMENT_MS = 5;
/** Where a moment takes longer the guest may have had none of it: on a busy machine it is given another one. */
const PROMPT_MS = 25;
const MOST_MOMENTS = 3;

export interface ClockParts {
  readonly debugger: Debugger;
  /** Runs a script in the guest. */
  readonly run: (script: string) => Promise<Output>;
  /** Resolves when the guest has done what there was to do. */
  readonly wake: () => Promise<void>;
}

export interface Passing {
  readonly stepMs?: number;
  /** Awaited after each step, with its length: for those around it, whose time it is to be too. */
  readonly stepped?: ((ms: number) => Promise<void>) | undefined;
}

interface Places {
  readonly ticks: bigint;
  readonly next: bigint;
  readonly tickNs: bigint;
}

export class GuestClock {
  readonly #parts: ClockParts;
  #found: Places | undefined;
  /** The tick that would have been next when it was held. */
  #heldAt: bigint | undefined;
  #lateMoments = 0;

  constructor(parts: ClockParts) {
    this.#parts = parts;
  }

  /** How long the machine has been running by its ticks, from some moment on. */
  async nowMs(): Promise<number> {
    const { ticks, tickNs } = await this.#places();
    const { debugger: memory } = this.#parts;
    return Number((await memory.whileStopped(() => memory.read64(ticks))) * tickNs) / 1e6;
  }

  /** How often since it was held the machine may have had no processor when its timers were due. */
  get lateMoments(): number {
    return this.#lateMoments;
  }

  /** From now on no time passes but what is let pass. */
  async hold(): Promise<void> {
    this.#lateMoments = 0;
    const { next } = await this.#places();
    const { debugger: memory, wake } = this.#parts;
    // A tick that is being counted just now writes the next one down.
    for (let before = 0n; before !== NEVER; ) {
      await memory.whileStopped(async () => {
        before = await memory.read64(next);
        if (before === NEVER) return;
        this.#heldAt = before;
        await memory.write64(next, NEVER);
      });
      await wake();
    }
  }

  /** It goes by itself again. The time that it was held for has passed then. */
  async release(): Promise<void> {
    const { next } = await this.#places();
    const { debugger: memory } = this.#parts;
    const heldAt = this.#heldAt;
    this.#heldAt = undefined;
    if (heldAt === undefined) return;
    await memory.whileStopped(() => memory.write64(next, heldAt));
    await this.#moment();
  }

  /**
   * Resolves when so much time has passed for the kernel, and what was due has been done.
   * @param stepMs What is due within one step is done at its end.
   */
  async pass(
    ms: number,
    { stepMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms / STEPS)), stepped }: Passing = {},
  ): Promise<void> {
    const { ticks, tickNs } = await this.#places();
    const { debugger: memory } = this.#parts;
    const ticksIn = (time: number) => BigInt(Math.ceil((time * 1e6) / Number(tickNs)));
    const step = ticksIn(stepMs);
    const all = ticksIn(ms);
    let toldMs = 0;
    for (let passed = 0n; passed < all; ) {
      const next = all - passed < step ? all - passed : step;
      await memory.whileStopped(async () => {
        const now = await memory.read64(ticks);
        await memory.write64(ticks, now + next);
      });
      await this.#moment();
      passed += next;
      const passedMs = Math.min(ms, Number(passed * tickNs) / 1e6);
      await stepped?.(passedMs - toldMs);
      toldMs = passedMs;
    }
  }

  /** Resolves when the kernel has looked at its timers. */
  async #moment(): Promise<void> {
    await this.#parts.wake();
    for (let moments = 0; moments < MOST_MOMENTS; moments++) {
      const beganMs = performance.now();
      await delay(MOMENT_MS);
      await this.#parts.wake();
      if (performance.now() - beganMs < PROMPT_MS) return;
    }
    this.#lateMoments++;
  }

  async #places(): Promise<Places> {
    this.#found ??= await this.#find();
    return this.#found;
  }

  async #find(): Promise<Places> {
    const names = Object.values(SYMBOLS);
    const { stdout } = await this.#parts.run(`grep -E ' (${names.join('|')})$' /proc/kallsyms`);
    const addressOf = (name: string) => {
      const line = stdout.split('\n').find((one) => one.endsWith(` ${name}`));
      if (line === undefined) throw new LabError(`The guest's kernel does not say where it has ${name}.`);
      return BigInt(`0x${line.split(' ')[0]}`);
    };
    const { debugger: memory } = this.#parts;
    const tickNs = await memory.whileStopped(() => memory.read64(addressOf(SYMBOLS.tickNs)));
    return { ticks: addressOf(SYMBOLS.ticks), next: addressOf(SYMBOLS.next), tickNs };
  }
}
