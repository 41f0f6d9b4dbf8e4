/**
 * One stretch of address space that holds the rings of all ports and the tables that system calls read, seen as one
 * ArrayBuffer. So a frame is an offset wherever it lies, and can be copied or sent without making an object.
 */
import {
  mapMemory,
  mapSocket,
  memoryAt,
  reserve,
  unmap,
  unmapKeepingReservation,
} from '../../native/memory.ts';

const ARENA_BYTES = 1 << 30;
const PAGE_BYTES = 4096;

export class Arena {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly #free: { offset: number; length: number }[] = [{ offset: 0, length: ARENA_BYTES }];

  constructor() {
    this.address = reserve(ARENA_BYTES);
    const memory = memoryAt(this.address, ARENA_BYTES);
    this.bytes = new Uint8Array(memory);
    this.words = new Int32Array(memory);
  }

  /** Zeroed memory of its own; returns its offset. */
  memory(length: number): number {
    const offset = this.#take(length);
    mapMemory(this.address + offset, pages(length));
    return offset;
  }

  /** The ring of a packet socket; returns its offset. */
  ring(fd: number, length: number): number {
    const offset = this.#take(length);
    mapSocket(this.address + offset, length, fd);
    return offset;
  }

  /** Gives back what `memory` or `ring` returned. */
  release(offset: number, length: number): void {
    unmapKeepingReservation(this.address + offset, pages(length));
    this.#free.push({ offset, length: pages(length) });
  }

  close(): void {
    unmap(this.address, ARENA_BYTES);
  }

  /** Writes a pointer to `offset` (64 bits, little-endian) at `at`. */
  writePointer(at: number, offset: number): void {
    const pointer = this.address + offset;
    this.words[at >> 2] = pointer | 0;
    this.words[(at >> 2) + 1] = (pointer / 0x1_0000_0000) | 0;
  }

  #take(length: number): number {
    const wanted = pages(length);
    const place = this.#free.find((gap) => gap.length >= wanted);
    if (place === undefined) throw new Error(`no room for ${wanted} bytes of packet rings: too many ports`);
    const { offset } = place;
    place.offset += wanted;
    place.length -= wanted;
    return offset;
  }
}

function pages(length: number): number {
  return Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
}
