/**
 * The memory in which a director keeps what another one needs to go on in its place: its connection table, which it works
 * in, and an image of the rest, written now and then. It lasts while any process has it open, so it outlives the director.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { createMemoryFile, discardPages, mapFile, removePages } from '../../native/memory.ts';
import { DEFAULT_CAPACITY, tableBytes } from '../connections/table.ts';
import { imageFromLines, type StateImage } from '../state-image.ts';

/** What lies where, and what images say. To be changed with either, so that no director reads what it does not know. */
const FORMAT = 0x6c76_0006;
/** Places of numbers of 32 bits. The image that holds is that of `images` modulo 2; 0 for none. */
const WORD = { format: 0, images: 1, length: 2 } as const;
/** Place of the clock's origin, as a number of 64 bits. */
const ORIGIN = 2;
const HEADER_BYTES = 4096;
/** The largest image: some 200,000 real servers. */
const IMAGE_BYTES = 64 << 20;
/** The table comes first. */
const TABLE_BYTES = Math.ceil(tableBytes(DEFAULT_CAPACITY) / 4096) * 4096;
const STATE_BYTES = HEADER_BYTES + 2 * IMAGE_BYTES;

/** Between the monotonic clock of the machine, in milliseconds, and this process's. */
const CLOCK_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export class SharedMemory {
  readonly fd: number;
  /** Where the connection table lies. */
  readonly table: ArrayBuffer;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #origin: Float64Array;
  readonly #encoder = new TextEncoder();
  /** Of the image that was begun. */
  #length = 0;

  private constructor(fd: number) {
    this.fd = fd;
    this.table = mapFile(fd, 0, TABLE_BYTES);
    const state = mapFile(fd, TABLE_BYTES, STATE_BYTES);
    this.#bytes = new Uint8Array(state);
    this.#words = new Int32Array(state, 0, HEADER_BYTES / 4);
    this.#origin = new Float64Array(state, 0, ORIGIN + 1);
  }

  static create(name: string): SharedMemory {
    const shared = new SharedMemory(createMemoryFile(name, TABLE_BYTES + STATE_BYTES));
    shared.#origin[ORIGIN] = performance.now() + CLOCK_OFFSET_MS;
    shared.#words[WORD.format] = FORMAT;
    return shared;
  }

  /** That of another director. Undefined if this one would not understand it, or nothing has been written into it. */
  static open(path: string): SharedMemory | undefined {
    const fd = openSync(path, 'r+');
    if (fstatSync(fd).size === TABLE_BYTES + STATE_BYTES) {
      const shared = new SharedMemory(fd);
      if (shared.#words[WORD.format] === FORMAT && shared.#images !== 0) return shared;
    }
    closeSync(fd);
    return undefined;
  }

  /** Gives the memory behind a part of the table back, or behind something else of its owner's: it is zero from then on. */
  release(part: ArrayBufferView): void {
    if (part.buffer === this.table) removePages(part);
    else discardPages(part);
  }

  /** Time since the first director of those that hand the memory on began, in milliseconds. */
  now(): number {
    return performance.now() + CLOCK_OFFSET_MS - (this.#origin[ORIGIN] as number);
  }

  /** Begins an image in place of the one before the last. Until `commit`, the last one holds. */
  begin(): void {
    this.#length = 0;
  }

  /** Adds a line to the image that was begun. False if it has become too large. */
  append(line: string): boolean {
    const at = imageAt(this.#images + 1);
    const room = this.#bytes.subarray(at + this.#length, at + IMAGE_BYTES);
    const text = this.#length === 0 ? line : `\n${line}`;
    const { read, written } = this.#encoder.encodeInto(text, room);
    this.#length += written;
    return read === text.length;
  }

  /** The image that was begun is the one that holds. */
  commit(): void {
    const images = this.#images + 1;
    this.#words[WORD.length + (images & 1)] = this.#length;
    Atomics.store(this.#words, WORD.images, images);
  }

  /** The image that holds; undefined if there is none yet. @throws SyntaxError if it is not one. */
  read(): StateImage | undefined {
    const images = this.#images;
    if (images === 0) return undefined;
    const at = imageAt(images);
    const length = this.#words[WORD.length + (images & 1)] as number;
    return imageFromLines(new TextDecoder().decode(this.#bytes.slice(at, at + length)));
  }

  get #images(): number {
    return this.#words[WORD.images] as number;
  }
}

function imageAt(images: number): number {
  return HEADER_BYTES + (images & 1) * IMAGE_BYTES;
}
