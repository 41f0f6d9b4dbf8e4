/**
 * The defence `drop_entry`: a 32nd of the connection table's buckets, drawn at random, is looked through every second for
 * entries that a flood leaves: half-open connections, templates that no real connection was made from, and connections
 * that have been idle for a minute after a few packets.
 */
import { PROTOCOL } from '../wire/ipv4.ts';
import type { Defences } from './defences.ts';
import { TEMPLATE } from './flags.ts';
import { SCTP_STATE } from './sctp-states.ts';
import { TEMPLATE_STATE } from './states.ts';
import { TCP_STATE } from './tcp-states.ts';
import type { ConnectionTracker } from './tracker.ts';

/** The part of the buckets that is looked through every second. */
const BUCKETS_FRACTION = 32;
const SECOND_MS = 1_000;
const IDLE_MS = 60_000;
/** A connection with more packets than this was meant. */
const FEW_PACKETS = 8;

export class EntryDropper {
  readonly #tracker: ConnectionTracker;
  readonly #defences: Defences;
  readonly #random: () => number;
  #lastMs: number | undefined;
  /** Buckets that were due and not looked through, less than one. */
  #fraction = 0;
  /** By number of packets: idle connections until the next one is dropped. Of those with n packets every nth is. */
  readonly #left = new Int32Array(FEW_PACKETS + 1);

  constructor(tracker: ConnectionTracker, defences: Defences, random: () => number) {
    this.#tracker = tracker;
    this.#defences = defences;
    this.#random = random;
  }

  /** A little at each tick, so that no packet waits for all of it. */
  tick(nowMs: number): void {
    const passedMs = Math.min(SECOND_MS, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    if (!this.#defences.dropsEntries) return;
    const { table } = this.#tracker;
    const due = this.#fraction + (table.buckets / BUCKETS_FRACTION) * (passedMs / SECOND_MS);
    this.#fraction = due % 1;
    for (let i = 1; i <= due; i++) this.#lookThrough(this.#random() % table.buckets, nowMs);
  }

  #lookThrough(bucket: number, nowMs: number): void {
    const { table } = this.#tracker;
    for (const row of table.rowsOf(bucket)) {
      // One that was dropped before may have taken its template with it.
      if (table.isLive(row) && table.controlled[row] === 0 && this.#isDropped(row, nowMs)) {
        this.#tracker.drop(row);
      }
    }
  }

  #isDropped(row: number, nowMs: number): boolean {
    const { table } = this.#tracker;
    const state = table.state[row] as number;
    if (((table.flags[row] as number) & TEMPLATE) !== 0) return state !== TEMPLATE_STATE.assured;
    switch (table.protocol[row]) {
      case PROTOCOL.tcp:
        if (state === TCP_STATE.synRecv || state === TCP_STATE.synAck) return true;
        return state === TCP_STATE.established && this.#isIdle(row, nowMs);
      case PROTOCOL.sctp:
        if (state === SCTP_STATE.init1 || state === SCTP_STATE.init) return true;
        return state === SCTP_STATE.established && this.#isIdle(row, nowMs);
      // UDP has no states.
      default:
        return this.#isIdle(row, nowMs);
    }
  }

  /** Of a few packets, none for a minute, and its turn. */
  #isIdle(row: number, nowMs: number): boolean {
    const { table } = this.#tracker;
    this.#tracker.catchUp(row);
    const touchedMs = (table.expiresAtMs[row] as number) - (table.timeoutMs[row] as number);
    const packets = table.packets[row] as number;
    if (nowMs - touchedMs < IDLE_MS || packets === 0 || packets > FEW_PACKETS) return false;
    const left = (this.#left[packets] as number) - 1;
    this.#left[packets] = left > 0 ? left : packets;
    return left <= 0;
  }
}
