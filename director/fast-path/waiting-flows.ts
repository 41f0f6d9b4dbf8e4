/**
 * Flows that wait to be entered. Packets keep their order only if the last one that went the slow way has left before the
 * next one goes the fast way, so a flow waits for a pause. One that never pauses, as the director's queue is never empty, is
 * entered in the end all the same, and its packets may change places once.
 */
import type { NextHop } from '../network/next-hop.ts';
import type { Side } from '../shortcut.ts';

/** Others are offered again with their next packets. */
const MAX_WAITING = 1 << 14;
/** How long after they were last looked through, for each that waits: that takes time where there are many. */
const LOOK_MS_EACH = 1 / 4096;
/** The rings are looked at again after so many were entered, or a part of all, as packets may have come in meanwhile. */
const FEW = 32;
const PART = 1 / 16;
/** A pause. */
export const PAUSE_MS = 0.25;
/** A flow that has gone on for so long is entered without one, if the director has looked as often meanwhile: it may have slept. */
export const NO_PAUSE_MS = 250;
export const NO_PAUSE_LOOKS = 1_000;

export interface WaitingFlow {
  /** Number of the flow: of its row and its side. */
  flow: number;
  row: number;
  side: Side;
  inputPort: number;
  mtuBytes: number;
  nextHop: NextHop;
  /** Of the routes that the next hop is from. */
  routesVersion: number;
  sinceMs: number;
  sinceLook: number;
  lastMs: number;
}

export class WaitingFlows {
  /** The first `size` of them wait; the others are used again. */
  readonly #flows: WaitingFlow[] = [];
  /** Place of each flow plus 1; 0 where it does not wait. */
  readonly #places: Uint16Array;
  size = 0;
  /** How often it was asked for those that are due. */
  #looks = 0;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param flows How many there may be, waiting or not. */
  constructor(flows: number) {
    this.#places = new Uint16Array(flows);
  }

  has(flow: number): boolean {
    return this.#places[flow] !== 0;
  }

  /** Another packet of the flow; it begins to wait if it does not yet, and there is room. */
  add(
    flow: number,
    row: number,
    side: Side,
    inputPort: number,
    nextHop: NextHop,
    mtuBytes: number,
    routesVersion: number,
    nowMs: number,
  ): void {
    const place = this.#places[flow] as number;
    if (place === 0 && this.size === MAX_WAITING) return;
    const at = place === 0 ? this.size++ : place - 1;
    let waiting = this.#flows[at];
    if (waiting === undefined) {
      const times = { sinceMs: nowMs, sinceLook: this.#looks, lastMs: nowMs };
      waiting = { flow, row, side, inputPort, mtuBytes, nextHop, routesVersion, ...times };
      this.#flows.push(waiting);
    }
    if (place === 0) {
      waiting.sinceMs = nowMs;
      waiting.sinceLook = this.#looks;
    }
    this.#places[flow] = at + 1;
    waiting.flow = flow;
    waiting.row = row;
    waiting.side = side;
    waiting.inputPort = inputPort;
    waiting.nextHop = nextHop;
    waiting.mtuBytes = mtuBytes;
    waiting.routesVersion = routesVersion;
    waiting.lastMs = nowMs;
  }

  remove(flow: number): void {
    const place = this.#places[flow] as number;
    if (place > 0) this.#take(place - 1);
  }

  /**
   * Calls `due` with each flow that pauses, if `isIdle`, and with each that never does. They wait no longer then.
   * @returns whether there may be more of them.
   */
  takeDue(nowMs: number, isIdle: boolean, due: (waiting: WaitingFlow, pauses: boolean) => void): boolean {
    this.#looks++;
    if (nowMs - this.#lookedAtMs < this.size * LOOK_MS_EACH) return false;
    let left = Math.max(FEW, this.size * PART);
    for (let at = this.size - 1; at >= 0; at--) {
      const waiting = this.#flows[at] as WaitingFlow;
      const pauses = isIdle && nowMs - waiting.lastMs >= PAUSE_MS;
      if (!pauses && !this.#neverPauses(waiting, nowMs)) continue;
      if (left-- <= 0) return true;
      this.#take(at);
      due(waiting, pauses);
    }
    this.#lookedAtMs = nowMs;
    return false;
  }

  #neverPauses({ sinceMs, sinceLook }: WaitingFlow, nowMs: number): boolean {
    return nowMs - sinceMs >= NO_PAUSE_MS && this.#looks - sinceLook >= NO_PAUSE_LOOKS;
  }

  /** The last one comes into its place; its object goes behind those that wait. */
  #take(at: number): void {
    const last = --this.size;
    const taken = this.#flows[at] as WaitingFlow;
    const moved = this.#flows[last] as WaitingFlow;
    this.#flows[at] = moved;
    this.#flows[last] = taken;
    this.#places[moved.flow] = at + 1;
    this.#places[taken.flow] = 0;
  }
}
