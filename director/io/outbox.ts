/**
 * Sending on one interface: frames are gathered and go out together with one system call (sendmmsg(2)), straight from
 * where they lie.
 *
 * Not a packet socket's transmit ring: its slots are lent to the receiver, and on a virtual link they come back as soon
 * as the other stack has taken the packet in, while the data may still wait in a socket there. A slot used again then
 * changes bytes that were delivered already. (A virtio header that calls the whole frame a header makes the kernel copy
 * it, in four fifths of the time that sendmmsg takes; but a frame that a virtual link refuses stays marked in its slot, and
 * goes out when the kernel comes round to it, long after.)
 */
import { sendMessages } from '../../native/sockets.ts';
import type { Arena } from './arena.ts';

/** Frames that go out with one call. */
const BATCH = 64;
/** `struct mmsghdr` and `struct iovec` on 64-bit machines. */
const MESSAGE_BYTES = 64;
const VECTOR_BYTES = 16;
const MESSAGE_VECTORS = 16;
const MESSAGE_VECTOR_COUNT = 24;
/** Ethernet header and alignment besides the IP packet in a copied frame. */
const COPY_OVERHEAD_BYTES = 32;

export class Outbox {
  readonly #arena: Arena;
  readonly #fd: number;
  readonly #messages: number;
  readonly #vectors: number;
  readonly #copies: number;
  readonly #copyBytes: number;
  #count = 0;
  /** Frames that the kernel did not take. */
  lost = 0;

  /** @param fd A packet socket that is bound to the interface; it stays the caller's. */
  constructor(arena: Arena, fd: number, mtuBytes: number) {
    this.#arena = arena;
    this.#fd = fd;
    this.#copyBytes = (mtuBytes + COPY_OVERHEAD_BYTES) & ~15;
    this.#messages = arena.memory(this.#memoryBytes);
    this.#vectors = this.#messages + BATCH * MESSAGE_BYTES;
    this.#copies = this.#vectors + BATCH * VECTOR_BYTES;
    for (let i = 0; i < BATCH; i++) {
      const message = this.#messages + i * MESSAGE_BYTES;
      arena.writePointer(message + MESSAGE_VECTORS, this.#vectors + i * VECTOR_BYTES);
      arena.words[(message + MESSAGE_VECTOR_COUNT) >> 2] = 1;
    }
  }

  /** Queues a frame that lies in the arena. It must not change before `flush`. */
  queue(frame: number, length: number): void {
    const vector = this.#vectors + this.#count * VECTOR_BYTES;
    this.#arena.writePointer(vector, frame);
    this.#arena.words[(vector + 8) >> 2] = length;
    this.#count++;
    if (this.#count === BATCH) this.flush();
  }

  /** Queues a copy of a frame that lies anywhere. */
  queueCopy(bytes: Uint8Array, frame: number, length: number): void {
    if (length > this.#copyBytes) {
      this.lost++;
      return;
    }
    const copy = this.#copies + this.#count * this.#copyBytes;
    this.#arena.bytes.set(bytes.subarray(frame, frame + length), copy);
    this.queue(copy, length);
  }

  /** Sends what is queued. A frame that the kernel refuses is counted as lost, and those after it still go. */
  flush(): void {
    let sent = 0;
    while (sent < this.#count) {
      const address = this.#arena.address + this.#messages + sent * MESSAGE_BYTES;
      const taken = sendMessages(this.#fd, address, this.#count - sent);
      if (taken <= 0) this.lost++;
      sent += taken <= 0 ? 1 : taken;
    }
    this.#count = 0;
  }

  close(): void {
    this.#arena.release(this.#messages, this.#memoryBytes);
  }

  get #memoryBytes(): number {
    return BATCH * (MESSAGE_BYTES + VECTOR_BYTES + this.#copyBytes);
  }
}
