/**
 * The memory in which a director keeps what another one needs to go on in its place: its connection table, which it works
 * in, and an image of the rest, written now and then. It lasts while any process has it open, so it outlives the director.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { createMemoryFile, discardPages, mapFile, removePages } from '../../native/memory.ts';
import { DEFAULT_CAPACITY, tableBytes } from '../connections/table.ts';
import { Images, imagesBytes } from './images.ts';

/** The largest image: some 200,000 real servers. */
const IMAGE_BYTES = 64 << 20;
/** The table comes first. */
const TABLE_BYTES = Math.ceil(tableBytes(DEFAULT_CAPACITY) / 4096) * 4096;
const STATE_BYTES = imagesBytes(IMAGE_BYTES);

/** Between the monotonic clock of the machine, in milliseconds, and this process's. */
const CLOCK_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export class SharedMemory {
  readonly fd: number;
  /** Where the connection table lies. */
  readonly table: ArrayBuffer;
  readonly images: Images;

  private constructor(fd: number) {
    this.fd = fd;
    this.table = mapFile(fd, 0, TABLE_BYTES);
    this.images = new Images(mapFile(fd, TABLE_BYTES, STATE_BYTES));
  }

  static create(name: string): SharedMemory {
    const shared = new SharedMemory(createMemoryFile(name, TABLE_BYTES + STATE_BYTES));
    shared.images.format(performance.now() + CLOCK_OFFSET_MS);
    return shared;
  }

  /** That of another director. Undefined if this one would not understand it, or nothing has been written into it. */
  static open(path: string): SharedMemory | undefined {
    const fd = openSync(path, 'r+');
    if (fstatSync(fd).size === TABLE_BYTES + STATE_BYTES) {
      const shared = new SharedMemory(fd);
      if (shared.images.isReadable) return shared;
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
    return performance.now() + CLOCK_OFFSET_MS - this.images.originMs;
  }
}
