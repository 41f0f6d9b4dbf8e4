/**
 * The fast path: packets of established connections are forwarded by programs in the kernel, which the director enters
 * flows for. It enters one after some packets have gone the slow way, and none may overtake those: a flow that pauses is
 * made ready, and becomes the programs' if no packet of it waits after that, and they have seen none.
 *
 * A flow holds as long as the epoch that it was entered in. When routes, rules or settings change, the epoch does, and
 * every flow is the director's again until it is entered anew; no map has to be gone through for that.
 */
import { countElsewhere } from '../counting.ts';
import type { FastPathDescriptors } from '../handover/descriptors.ts';
import type { Neighbour } from '../network/neighbour.ts';
import type { NextHop } from '../network/next-hop.ts';
import { type CountedElsewhere, type Shortcut, SIDE, type Side } from '../shortcut.ts';
import type { DirectorState } from '../state.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import type { AttachablePort } from './attachments.ts';
import type { Counters } from './counters.ts';
import { enterFlow } from './enter-flow.ts';
import type { LeftFastPath } from './former.ts';
import { KernelSideOnDemand, type KernelSideOptions } from './kernel-side-on-demand.ts';
import { FLOW, NEVER, READY } from './layout.ts';
import { type WaitingFlow, WaitingFlows } from './waiting-flows.ts';

/** Packets of a flow that go the slow way first, so that short connections, and a question with its answer, cost nothing. */
const SLOW_TCP_PACKETS = 8;
const SLOW_UDP_PACKETS = 2;
/** In place of an epoch: the kernel has no such flow; or it may have it, but no good one. */
const NONE = 0;
const OUTDATED = -1;
/** It is about to be the kernel's. */
const MADE_READY = 1;
/** A flow that is not to be entered in an epoch has that number negated, so none is -OUTDATED, nor MADE_READY. */
const FIRST_EPOCH = 2;
/** Packets of a flow that was entered may still come the slow way for so long, where it made no pause. */
const LATE_MS = 100;
const HARVEST_MS = 100;
const USE_MS = 1_000;
const SIDES = 2;

type FormerFlows = Pick<LeftFastPath, 'lastSeenMs' | 'close'>;

export interface FastPathOptions extends KernelSideOptions {
  /** Most connections. */
  readonly capacity: number;
  /** That of a director that has ended in this one's place, for as long as its times are of use; it forwards nothing. */
  readonly former?: FormerFlows | undefined;
}

export class FastPath implements Shortcut {
  readonly #options: FastPathOptions;
  /** The core that it works for. */
  #state: DirectorState;
  readonly #kernel: KernelSideOnDemand;
  #epoch = FIRST_EPOCH;
  #routesVersion = 0;
  /** Of each row's two flows: packets that came the slow way, and the epoch in which it was entered. */
  readonly #packets: Uint8Array;
  readonly #entered: Int32Array;
  /** When that was, on the core's clock. */
  readonly #enteredAtMs: Float64Array;
  readonly #waiting: WaitingFlows;
  /** Numbers of the flows that were made ready. */
  readonly #ready: number[] = [];
  #harvestDueMs = 0;
  #useDueMs = 0;
  /** The page of the table that is swept next. */
  #sweepFrom = 0;
  #former: FormerFlows | undefined;
  /** Between the kernel's monotonic clock and the core's. */
  readonly #clockOffsetMs: number;

  constructor(options: FastPathOptions, state: DirectorState) {
    this.#options = options;
    this.#state = state;
    this.#former = options.former;
    this.#kernel = new KernelSideOnDemand(options);
    this.#packets = new Uint8Array(options.capacity * SIDES);
    this.#entered = new Int32Array(options.capacity * SIDES);
    this.#enteredAtMs = new Float64Array(options.capacity * SIDES);
    this.#waiting = new WaitingFlows(options.capacity * SIDES);
    this.#clockOffsetMs = Number(process.hrtime.bigint()) / 1e6 - options.now();
    state.shortcut = this;
  }

  offer(row: number, side: Side, inputPort: number, nextHop: NextHop, mtuBytes: number, nowMs: number): void {
    const flow = row * SIDES + side;
    const packets = this.#packets[flow] as number;
    const isUdp = this.#state.connections.table.protocol[row] === PROTOCOL.udp;
    if (packets < (isUdp ? SLOW_UDP_PACKETS : SLOW_TCP_PACKETS)) {
      if (packets === 0 && side === SIDE.client) this.#takeReplies(row);
      this.#packets[flow] = packets + 1;
      return;
    }
    const entered = this.#entered[flow] as number;
    if (entered === -this.#epoch || this.#kernel.hasFailed) return;
    if (entered === this.#epoch) this.#exception(flow, row, side, nowMs);
    else {
      if (entered === MADE_READY) this.#unmake(flow);
      const { version } = this.#state.routes;
      this.#waiting.add(flow, row, side, inputPort, nextHop, mtuBytes, version, nowMs);
    }
  }

  /** Replies are the newest connection's: one to another service may have had the same server, from the same client's port. */
  #takeReplies(row: number): void {
    this.#kernel.remove(this.#state.connections.table, row, SIDE.server);
  }

  withdraw(row: number): void {
    for (let side: number = SIDE.client; side < SIDES; side++)
      this.#leave(row * SIDES + side, row, side as Side);
  }

  /** A packet of a flow that was entered needed thought, and the programs have let go of the flow. */
  #exception(flow: number, row: number, side: Side, nowMs: number): void {
    if (nowMs - (this.#enteredAtMs[flow] as number) <= LATE_MS) return;
    this.#leave(flow, row, side);
    this.#packets[flow] = 1;
  }

  /** The flow is the director's, and begins anew. */
  #leave(flow: number, row: number, side: Side): void {
    // What was never written takes no memory.
    if (this.#packets[flow] === 0) return;
    this.#packets[flow] = 0;
    this.#waiting.remove(flow);
    if (this.#entered[flow] === NONE) return;
    this.#entered[flow] = NONE;
    this.#kernel.remove(this.#state.connections.table, row, side);
  }

  lastSeenMs(row: number): number {
    const { table } = this.#state.connections;
    const byFormerMs = this.#former?.lastSeenMs(table, row) ?? Number.NEGATIVE_INFINITY;
    let lastSeenMs = byFormerMs - this.#clockOffsetMs;
    const { open } = this.#kernel;
    if (open === undefined) return lastSeenMs;
    for (let side: number = SIDE.client; side < SIDES; side++) {
      if (this.#entered[row * SIDES + side] === NONE) continue;
      if (!this.#kernel.find(table, row, side as Side)) continue;
      const seen = Number(open.flow.getBigUint64(FLOW.lastSeen, true)) / 1e6 - this.#clockOffsetMs;
      lastSeenMs = Math.max(lastSeenMs, seen);
    }
    return lastSeenMs;
  }

  neighbourChanged(neighbour: Neighbour): void {
    this.#kernel.open?.ways.changed(neighbour);
  }

  harvest(): void {
    this.#kernel.open?.counters.harvest(this.#count);
  }

  get counted(): CountedElsewhere | undefined {
    const { open } = this.#kernel;
    return open && { sinceMs: open.side.madeAtMs, counts: [...open.counters.told()] };
  }

  readonly #count: Parameters<Counters['harvest']>[0] = (destination, side, packets, bytes) =>
    countElsewhere(this.#state, destination, side, packets, bytes);

  /** Packets are judged by other rules or settings from now on. */
  rulesChanged(): void {
    this.#beginEpoch();
  }

  /** Works for another core, whose connections are none of the present one's. */
  replaceState(state: DirectorState): void {
    for (const row of this.#state.connections.table.rows()) this.withdraw(row);
    this.harvest();
    this.#beginEpoch();
    this.#forgetFormer();
    this.#sweepFrom = 0;
    this.#state = state;
    state.shortcut = this;
  }

  /** Flows wait for a pause. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Enters flows that have waited.
   * @param isIdle Whether no packet waits to be looked at.
   * @returns whether more of them are due, once it has been looked for packets.
   */
  settle(nowMs: number, isIdle: boolean): boolean {
    if (this.#waiting.size === 0 && this.#ready.length === 0) return false;
    this.#followRoutes();
    if (isIdle) this.#activate();
    const hasMore = this.#waiting.takeDue(nowMs, isIdle, this.#due);
    if (this.#kernel.takeRenewal(nowMs)) this.#renew();
    return hasMore || this.#ready.length > 0;
  }

  readonly #due = (waiting: WaitingFlow, pauses: boolean): void => {
    const { flow } = waiting;
    const nowMs = this.#options.now();
    const entered = this.#enter(waiting, pauses, nowMs);
    this.#entered[flow] = entered;
    this.#enteredAtMs[flow] = nowMs;
    if (entered === MADE_READY) this.#ready.push(flow);
  };

  /** What is to be known of the flow then, as `#entered` has it. */
  #enter(waiting: WaitingFlow, pauses: boolean, nowMs: number): number {
    const epoch = this.#epoch;
    const kernel = this.#kernel;
    const open = kernel.make(epoch);
    if (open === undefined) return NONE;
    const nowNs = (nowMs + this.#clockOffsetMs) * 1e6;
    const { attachments } = this.#options;
    switch (enterFlow({ state: this.#state, kernel, attachments, epoch, nowNs }, open, waiting, pauses)) {
      case 'entered':
        return pauses ? MADE_READY : epoch;
      case 'not yet':
        return OUTDATED;
      case 'refused':
        return -epoch;
    }
  }

  /** No packet waits, so those that were made ready become the programs', but where these have let one pass. */
  #activate(): void {
    for (const flow of this.#ready) {
      if (this.#entered[flow] !== MADE_READY) continue;
      this.#entered[flow] = this.#changeEpoch(flow, this.#epoch) ? this.#epoch : OUTDATED;
      this.#enteredAtMs[flow] = this.#options.now();
    }
    this.#ready.length = 0;
  }

  #unmake(flow: number): void {
    this.#changeEpoch(flow, NEVER);
    this.#entered[flow] = OUTDATED;
  }

  /** Of a flow that was made ready. */
  #changeEpoch(flow: number, epoch: number): boolean {
    const { table } = this.#state.connections;
    return this.#kernel.changeEpoch(table, Math.floor(flow / SIDES), (flow % SIDES) as Side, READY, epoch);
  }

  /** What was made ready before routes, rules or settings changed has to be made anew. */
  #forgetReady(): void {
    for (const flow of this.#ready) if (this.#entered[flow] === MADE_READY) this.#unmake(flow);
    this.#ready.length = 0;
  }

  /** Does what is due by time. */
  tick(nowMs: number): void {
    this.#followRoutes();
    this.#sweep();
    const { open } = this.#kernel;
    if (open === undefined) return;
    if (nowMs >= this.#harvestDueMs) {
      this.#harvestDueMs = nowMs + HARVEST_MS;
      this.harvest();
    }
    if (nowMs < this.#useDueMs) return;
    this.#useDueMs = nowMs + USE_MS;
    if (this.#options.attachments.review()) this.#beginEpoch();
    // A station that is used is asked from time to time whether it is still there.
    open.ways.takeUsed((neighbour) => this.#state.neighbours.usable(neighbour, nowMs));
  }

  /** Follows the director's ports. */
  setPorts(ports: readonly AttachablePort[]): void {
    this.#kernel.setPorts(ports);
  }

  /** What each port has, in words, by its name. */
  get places(): Readonly<Record<string, string>> {
    return this.#kernel.places;
  }

  /** How many flows are in the kernel's table, those of former epochs included. */
  get flowCount(): number {
    return this.#kernel.flowCount;
  }

  /** Everything is the director's again; the times of connections are what the kernel knows of them. */
  close(): void {
    this.catchUp();
    this.#forgetFormer();
    this.#closeKernel();
  }

  /** Takes over what the kernel knows: the times of connections, and what was counted. */
  catchUp(): void {
    this.#catchUp();
    this.harvest();
  }

  /** Takes no more part in it. The programs go on while another process has open what `descriptors` named. */
  letGo(): void {
    this.#forgetFormer();
    this.#kernel.letGo();
  }

  /** What the programs last as long as, beside the sockets of the ports; undefined where there are none. */
  get descriptors(): FastPathDescriptors | undefined {
    return this.#kernel.descriptors;
  }

  #catchUp(): void {
    const { connections } = this.#state;
    if (this.#kernel.open === undefined && this.#former === undefined) return;
    for (const row of connections.table.rows()) connections.catchUp(row);
  }

  /** Some rows at a time, so that a director that follows one which was killed knows how long connections still have. */
  #sweep(): void {
    if (this.flowCount === 0 && this.#former === undefined) return;
    const { connections } = this.#state;
    const { rows, next } = connections.table.page(this.#sweepFrom);
    for (const row of rows) connections.catchUp(row);
    this.#sweepFrom = next ?? 0;
    if (next === undefined) this.#forgetFormer();
  }

  #forgetFormer(): void {
    this.#former?.close();
    this.#former = undefined;
  }

  #followRoutes(): void {
    const { version } = this.#state.routes;
    if (version === this.#routesVersion) return;
    this.#routesVersion = version;
    this.#beginEpoch();
  }

  #beginEpoch(): void {
    this.#forgetReady();
    this.#epoch++;
    const { open } = this.#kernel;
    if (open !== undefined) open.side.epoch = this.#epoch;
  }

  #closeKernel(): void {
    if (this.#kernel.open === undefined) return;
    this.#forgetReady();
    this.#kernel.cease();
    this.harvest();
    this.#kernel.close();
  }

  /** New maps, into which flows come as they are offered. */
  #renew(): void {
    this.#catchUp();
    this.#closeKernel();
    this.#epoch++;
    this.#kernel.make(this.#epoch);
  }
}
