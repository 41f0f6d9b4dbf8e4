/**
 * The clock by which a guest's kernel goes with its timers: its ticks. They can be held, so that what takes long here takes no
 * time there, and counted on, so that hours pass at once.
 */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { Output } from '../ipvsadm.ts';
import { type ClockPlaces, findClock } from './clock-places.ts';
import type { Debugger } from './debugger.ts';

/** The next tick of a kernel that is not to count any: in 146 years. */
const NEVER = 1n << 62n;
/** Timers that follow from each other need a moment between: each has its own, or else as fine as the time is short, and never much. */
const MOST_STEPS = 100;
const LONGEST_MS = 4_000;
/** Timers are looked at when the machine's own clock ticks, every four milliseconds. */
const LOOK_MS = 1;
/** More than that, where it cannot be seen. */
const UNSEEN_MS = 5;
/** Where it takes longer this machine has had no processor for the guest, and nobody knows when it will. */
const LATE_MS = 2_000;

export interface ClockParts {
  readonly debugger: Debugger;
  /** Runs a script in the guest. */
  readonly run: (script: string) => Promise<Output>;
  /** Resolves when the guest has done what there was to do. */
  readonly wake: () => Promise<void>;
}

/** Those around the guest, whose time it is to be too. */
export interface Bystanders {
  /** When they do something next. */
  dueInMs?(): number | undefined;
  /** Awaited after each step, with its length. */
  stepped(ms: number): Promise<void>;
}

export class GuestClock {
  readonly #parts: ClockParts;
  #found: ClockPlaces | undefined;
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
    await this.#until(async () => (await memory.read64(next)) !== heldAt);
    await this.#moment();
  }

  /** Resolves when so much time has passed for the kernel, and what was due has been done: each at its time, where that is far enough from others. */
  async pass(ms: number, bystanders?: Bystanders): Promise<void> {
    const { ticks, tickNs, timers } = await this.#places();
    const { debugger: memory } = this.#parts;
    const ticksIn = (time: number) => BigInt(Math.ceil((time * 1e6) / Number(tickNs)));
    const least = ticksIn(Math.min(LONGEST_MS, ms / MOST_STEPS));
    const all = ticksIn(ms);
    let toldMs = 0;
    for (let passed = 0n; passed < all; ) {
      const bystandersDue = ticksIn(Math.min(ms, bystanders?.dueInMs?.() ?? ms));
      const { step, isDue } = await memory.whileStopped(async () => {
        const now = await memory.read64(ticks);
        const due = timers === undefined ? now : await timers.nextDue();
        const wanted = due - now < bystandersDue ? due - now : bystandersDue;
        const step = smaller(all - passed, wanted > least ? wanted : least);
        await memory.write64(ticks, now + step);
        return { step, isDue: due <= now + step };
      });
      if (isDue) await this.#moment();
      passed += step;
      const passedMs = Math.min(ms, Number(passed * tickNs) / 1e6);
      await bystanders?.stepped(passedMs - toldMs);
      toldMs = passedMs;
    }
  }

  /** Resolves when the kernel has looked at its timers, and whoever was woken by them has done what there was to do. */
  async #moment(): Promise<void> {
    const { ticks, timers } = await this.#places();
    const { debugger: memory, wake } = this.#parts;
    if (timers === undefined) await delay(UNSEEN_MS);
    else await this.#until(async () => (await timers.nextDue()) > (await memory.read64(ticks)));
    // Whoever was woken gets the processor when the first question is answered.
    await wake();
    await wake();
    // What it has sent is read in this turn of the event loop.
    await turn();
  }

  /** @param isSo Asked while the guest stands still. */
  async #until(isSo: () => Promise<boolean>): Promise<void> {
    const beganMs = performance.now();
    while (!(await this.#parts.debugger.whileStopped(isSo))) {
      if (performance.now() - beganMs > LATE_MS) {
        this.#lateMoments++;
        return;
      }
      await delay(LOOK_MS);
    }
  }

  async #places(): Promise<ClockPlaces> {
    this.#found ??= await findClock(this.#parts.debugger, this.#parts.run);
    return this.#found;
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
