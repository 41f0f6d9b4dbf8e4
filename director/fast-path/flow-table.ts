/**
 * The table of flows, in memory that programs and the director share, so that neither makes calls for it. The programs find a
 * flow by its tag and then compare its key, so a flow is complete before it has its tag, and has lost that before it goes.
 */
import { randomInt } from 'node:crypto';
import { SharedValue } from '../../native/bpf/maps.ts';
import { hashOf } from './flow-hash.ts';
import {
  BUCKET_SHIFT,
  FLOW,
  FLOW_BYTES,
  FLOWS_A_BUCKET,
  KEY,
  KEY_BYTES,
  NEVER,
  SLOT_BYTES,
  SLOTS,
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
  readonly #seed: number;
  readonly #buckets: number;
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
        ? new SharedValue(TABLE.buckets + (bucketsFor(from) << BUCKET_SHIFT))
        : SharedValue.of(from.fd);
    const { memory } = this.#shared;
    this.#bytes = new Uint8Array(memory);
    this.#words = new Int32Array(memory);
    this.#view = new DataView(memory);
    this.#buckets = (memory.byteLength - TABLE.buckets) >> BUCKET_SHIFT;
    if (typeof from === 'number') this.#view.setInt32(TABLE.seed, randomInt(2 ** 32) | 0, true);
    this.#seed = this.#view.getInt32(TABLE.seed, true);
  }

  get fd(): number {
    return this.#shared.fd;
  }

  /** What programs need to know of it. */
  get shape(): { readonly buckets: number; readonly seed: number } {
    return { buckets: this.#buckets, seed: this.#seed };
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
    this.#bytes.set(this.key, at);
    this.#bytes.set(this.value.subarray(0, FLOW.epoch), at + KEY_BYTES);
    this.#bytes.set(this.value.subarray(FLOW.epoch + 4), at + KEY_BYTES + FLOW.epoch + 4);
    Atomics.store(this.#words, epoch, this.#epoch[0] as number);
    Atomics.store(this.#words, this.#tagOf(at), this.#hash() | 1);
    return true;
  }

  /** Takes out what is under `key`. False if there is nothing. */
  delete(): boolean {
    const at = this.#find();
    if (at === 0) return false;
    Atomics.store(this.#words, this.#tagOf(at), 0);
    Atomics.store(this.#words, (at + KEY_BYTES + FLOW.epoch) >> WORD_SHIFT, NEVER);
    this.#view.setBigUint64(at + KEY_BYTES + FLOW.lastSeen, process.hrtime.bigint(), true);
    return true;
  }

  close(): void {
    this.#shared.close();
  }

  #hash(): number {
    return hashOf(this.#key, this.#seed);
  }

  #bucketOf(hash: number): number {
    return TABLE.buckets + ((hash & (this.#buckets - 1)) << BUCKET_SHIFT);
  }

  /** Where in the words its tag is. */
  #tagOf(at: number): number {
    const bucket = TABLE.buckets + ((at - TABLE.buckets) & -(1 << BUCKET_SHIFT));
    return (bucket >> WORD_SHIFT) + (at - bucket) / SLOT_BYTES - 1;
  }

  /** Where the slot of the flow under `key` is; 0 where there is none. */
  #find(): number {
    const hash = this.#hash();
    const bucket = this.#bucketOf(hash);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#words[(bucket >> WORD_SHIFT) + slot] !== (hash | 1)) continue;
      const at = bucket + (slot + 1) * SLOT_BYTES;
      return this.#isKeyAt(at >> WORD_SHIFT) ? at : 0;
    }
    return 0;
  }

  #isKeyAt(word: number): boolean {
    for (const field of [KEY.source, KEY.destination, KEY.ports, KEY.protocol]) {
      if (this.#words[word + (field >> WORD_SHIFT)] !== this.#keyWords[field >> WORD_SHIFT]) return false;
    }
    return true;
  }

  /** One that no program can be busy with; 0 where there is none, or another flow has the same tag, by which it would be found. */
  #freeSlot(): number {
    const hash = this.#hash();
    const bucket = this.#bucketOf(hash);
    let free = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const tag = this.#words[(bucket >> WORD_SHIFT) + slot];
      if (tag === (hash | 1)) return 0;
      if (tag !== 0 || free !== 0) continue;
      const at = bucket + (slot + 1) * SLOT_BYTES;
      const left = this.#view.getBigUint64(at + KEY_BYTES + FLOW.lastSeen, true);
      if (left === 0n || process.hrtime.bigint() - left > REST_NS) free = at;
    }
    return free;
  }
}

function bucketsFor(flows: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, flows / FLOWS_A_BUCKET)));
}
