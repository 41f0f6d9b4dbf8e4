/** Frames that a packet socket sends with one call of sendmmsg(2). */
import { addressOf } from '../../native/memory.ts';
import { sendMessages } from '../../native/sockets.ts';

/** `struct mmsghdr` and `struct iovec` on 64-bit machines. */
const MESSAGE_BYTES = 64;
const MESSAGE_VECTORS = 16;
const MESSAGE_VECTOR_COUNT = 24;
const VECTOR_BYTES = 16;

export class FrameBatch {
  /** Messages point at vectors and vectors at frames: all of them are kept as long as this is. */
  readonly frames: readonly Uint8Array[];
  readonly #vectors: Buffer;
  readonly #messages: Buffer;

  /** @param frames What is in them may change between calls, and their length not. */
  constructor(frames: readonly Uint8Array[]) {
    this.frames = frames;
    this.#vectors = Buffer.alloc(frames.length * VECTOR_BYTES);
    this.#messages = Buffer.alloc(frames.length * MESSAGE_BYTES);
    for (const [i, frame] of frames.entries()) {
      this.#vectors.writeBigUInt64LE(BigInt(addressOf(frame)), i * VECTOR_BYTES);
      this.#vectors.writeBigUInt64LE(BigInt(frame.length), i * VECTOR_BYTES + 8);
      const vector = addressOf(this.#vectors) + i * VECTOR_BYTES;
      this.#messages.writeBigUInt64LE(BigInt(vector), i * MESSAGE_BYTES + MESSAGE_VECTORS);
      this.#messages.writeBigUInt64LE(1n, i * MESSAGE_BYTES + MESSAGE_VECTOR_COUNT);
    }
  }

  /** Sends some of them. Returns how many went. */
  send(fd: number, from: number, count: number): number {
    return Math.max(0, sendMessages(fd, addressOf(this.#messages) + from * MESSAGE_BYTES, count));
  }
}
