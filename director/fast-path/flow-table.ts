/**
 * The table of flows, in memory that programs and the director share, so that neither makes calls for it. The programs know
 * a flow by its key, whose protocol is written last and taken out first: a flow is complete before it can be found.
 */
import { randomInt } from 'node:crypto';
import { SharedValue } from '../../native/bpf/maps.ts';
import { hashOf, type Seeds } from './flow-hash.ts';
import {
  FLOW,
  FLOW_BYTES,
  FLOWS_A_LINE,
  GROUP_SHIFT,
  GROUPS_OF_A_WORD_SHIFT,
  KEY,
  KEY_BYTES,
  LINE_SHIFT,
  LINES_OF_A_GROUP,
  NEVER,
  SEEDS,
  SLOT_BYTES,
  SLOTS_OF_A_GROUP,
  SLOTS_OF_A_LINE,
  TABLE,
} from './layout.ts';

const WORD_SHIFT = 2;
/** A program that has found a flow goes on with it for less than that, whatever becomes of it meanwhile. */
const REST_NS = 1_000_000_000n;

export class FlowTable {
  readonly #shared: SharedValue;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #view: DataView;
  readonly #seeds: Int32Array;
  readonly #lines: number;
  /** Of the flow that a call is about. */
  readonly key = new Uint8Array(new ArrayBuffer(KEY_BYTES));
  readonly value = new Uint8Array(new ArrayBuffer(FLOW_BYTES));
  readonly #key = new DataView(this.key.buffer);
  readonly #keyWords = new Int32Array(this.key.buffer);
  readonly #epoch = new Int32Array(this.value.buffer, FLOW.epoch, 1);

  /** @param from Flows that there is to be room for; or a table that is there already. @throws BpfError where the kernel does not offer it. */
  constructor(from: number | { readonly fd: number }) {
    this.#shared =
      typeof from === 'number'
        ? new SharedValue(TABLE.lines + (linesFor(from) << LINE_SHIFT))
        : SharedValue.of(from.fd);
    const { memory } = this.#shared;
    this.#bytes = new Uint8Array(memory);
    this.#words = new Int32Array(memory);
    this.#view = new DataView(memory);
    this.#lines = (memory.byteLength - TABLE.lines) >> LINE_SHIFT;
    this.#seeds = new Int32Array(memory, TABLE.seeds, SEEDS);
    if (typeof from === 'number') for (let i = 0; i < SEEDS; i++) this.#seeds[i] = randomInt(2 ** 32) | 0;
  }

  get fd(): number {
    return this.#shared.fd;
  }

  /** What programs need to know of it. */
  get shape(): { readonly lines: number; readonly seeds: Seeds & Iterable<number> } {
    return { lines: this.#lines, seeds: this.#seeds };
  }

  /** Reads into `value` what is under `key`. False if there is nothing. */
  lookup(): boolean {
    const at = this.#find();
    if (at === 0) return false;
    this.value.set(this.#bytes.subarray(at + KEY_BYTES, at + SLOT_BYTES));
    return true;
  }

  /** Writes `value` under `key`, in place of what is there. False if there is no room. */
  update(): boolean {
    const there = this.#find();
    const at = there === 0 ? this.#freeSlot() : there;
    if (at === 0) return false;
    const epoch = (at + KEY_BYTES + FLOW.epoch) >> WORD_SHIFT;
    Atomics.store(this.#words, epoch, NEVER);
    this.#bytes.set(this.value.subarray(FLOW.course), at + KEY_BYTES + FLOW.course);
    Atomics.store(this.#words, epoch, this.#epoch[0] as number);
    if (there !== 0) return true;
    this.#bytes.set(this.key.subarray(0, KEY.protocol), at);
    this.#noteGroup(at, true);
    Atomics.store(this.#words, protocolAt(at), this.#keyWords[KEY.protocol >> WORD_SHIFT] as number);
    return true;
  }

  /** Gives the flow under `key` another epoch. False where it does not have this one, or is not there. */
  changeEpoch(from: number, to: number): boolean {
    const at = this.#find();
    if (at === 0) return false;
    return (
      Atomics.compareExchange(this.#words, (at + KEY_BYTES + FLOW.epoch) >> WORD_SHIFT, from, to) === from
    );
  }

  /** Takes out what is under `key`. False if there is nothing. */
  delete(): boolean {
    const at = this.#find();
    if (at === 0) return false;
    Atomics.store(this.#words, protocolAt(at), 0);
    Atomics.store(this.#words, (at + KEY_BYTES + FLOW.epoch) >> WORD_SHIFT, NEVER);
    this.#view.setBigUint64(at + KEY_BYTES + FLOW.lastSeen, process.hrtime.bigint(), true);
    if (this.#isEmpty(groupOf(at))) this.#noteGroup(at, false);
    return true;
  }

  close(): void {
    this.#shared.close();
  }

  /** Where the line that the hash of `key` names is. */
  #home(): number {
    return TABLE.lines + ((hashOf(this.#key, this.#seeds) & (this.#lines - 1)) << LINE_SHIFT);
  }

  /** Says in the bit of the slot's group whether that has a flow. */
  #noteGroup(slot: number, hasFlow: boolean): void {
    const group = (slot - TABLE.lines) >> (LINE_SHIFT + GROUP_SHIFT);
    const word = (TABLE.groups >> WORD_SHIFT) + (group >> GROUPS_OF_A_WORD_SHIFT);
    if (hasFlow) Atomics.or(this.#words, word, 1 << group);
    else Atomics.and(this.#words, word, ~(1 << group));
  }

  #isEmpty(group: number): boolean {
    for (let at = group; at < group + SLOTS_OF_A_GROUP * SLOT_BYTES; at += SLOT_BYTES) {
      if (this.#words[protocolAt(at)] !== 0) return false;
    }
    return true;
  }

  /** Where the slot of the flow under `key` is; 0 where there is none. */
  #find(): number {
    const home = this.#home();
    const inLine = this.#findFrom(home, SLOTS_OF_A_LINE);
    return inLine === 0 ? this.#findFrom(groupOf(home), SLOTS_OF_A_GROUP) : inLine;
  }

  #findFrom(first: number, slots: number): number {
    for (let at = first; at < first + slots * SLOT_BYTES; at += SLOT_BYTES) {
      if (this.#isKeyAt(at >> WORD_SHIFT)) return at;
    }
    return 0;
  }

  #isKeyAt(word: number): boolean {
    for (let field = 0; field < KEY_BYTES >> WORD_SHIFT; field++) {
      if (this.#words[word + field] !== this.#keyWords[field]) return false;
    }
    return true;
  }

  /** One that no program can be busy with, in its own line if it can be; 0 where there is none. */
  #freeSlot(): number {
    const home = this.#home();
    return (
      this.#freeFrom(home, SLOTS_OF_A_LINE) ||
      this.#freeFrom(nextLine(home), SLOTS_OF_A_LINE) ||
      this.#freeFrom(groupOf(home), SLOTS_OF_A_GROUP)
    );
  }

  #freeFrom(first: number, slots: number): number {
    for (let at = first; at < first + slots * SLOT_BYTES; at += SLOT_BYTES) {
      if (this.#words[protocolAt(at)] !== 0) continue;
      const left = this.#view.getBigUint64(at + KEY_BYTES + FLOW.lastSeen, true);
      if (left === 0n || process.hrtime.bigint() - left > REST_NS) return at;
    }
    return 0;
  }
}

/** The one beside the line at `home`, in a pair. */
function nextLine(home: number): number {
  return TABLE.lines + ((home - TABLE.lines) ^ (1 << LINE_SHIFT));
}

/** Where the group of the line at `home` begins. */
function groupOf(home: number): number {
  return TABLE.lines + ((home - TABLE.lines) & -(LINES_OF_A_GROUP << LINE_SHIFT));
}

/** Where in the words the protocol of a slot is. */
function protocolAt(slot: number): number {
  return (slot + KEY.protocol) >> WORD_SHIFT;
}

function linesFor(flows: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(LINES_OF_A_GROUP, flows / FLOWS_A_LINE)));
}
