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
import { linkAddress } from '../../native/packet-socket.ts';
import { sendMessages } from '../../native/sockets.ts';
import { VIRTIO_HEADER_BYTES, writeNoOffload } from '../../native/virtio-header.ts';
import type { Packet } from '../packet.ts';
import { ETHERTYPE } from '../wire/ethernet.ts';
import type { Arena } from './arena.ts';
import { MAX_FRAME_BYTES } from './large-frames.ts';
import { writeOffloadOf } from './offload.ts';

/** Frames that go out with one call. */
const BATCH = 64;
/** `struct mmsghdr` and `struct iovec` on 64-bit machines. */
const MESSAGE_BYTES = 64;
const VECTOR_BYTES = 16;
const MESSAGE_NAME = 0;
const MESSAGE_NAME_BYTES = 8;
const MESSAGE_VECTORS = 16;
const MESSAGE_VECTOR_COUNT = 24;
/** Room for copied frames; when it is full, they are sent. */
const COPY_BYTES = 2 * (VIRTIO_HEADER_BYTES + MAX_FRAME_BYTES + 64);
const ADDRESS_BYTES = 32;
const MEMORY_BYTES = BATCH * (MESSAGE_BYTES + VECTOR_BYTES) + ADDRESS_BYTES + COPY_BYTES;

export class Outbox {
  readonly #arena: Arena;
  readonly #fd: number;
  readonly #messages: number;
  readonly #vectors: number;
  readonly #copies: number;
  #copiedBytes = 0;
  #count = 0;
  /** Frames that the kernel did not take. */
  lost = 0;

  /**
   * @param fd A packet socket that is bound to the interface and wants virtio headers; it stays the caller's.
   * @param bareInterfaceIndex The interface, where its link has no header to tell the kernel what a packet is.
   */
  constructor(arena: Arena, fd: number, bareInterfaceIndex?: number) {
    this.#arena = arena;
    this.#fd = fd;
    this.#messages = arena.memory(MEMORY_BYTES);
    this.#vectors = this.#messages + BATCH * MESSAGE_BYTES;
    const address = this.#vectors + BATCH * VECTOR_BYTES;
    this.#copies = address + ADDRESS_BYTES;
    const name =
      bareInterfaceIndex === undefined ? undefined : linkAddress(bareInterfaceIndex, ETHERTYPE.ipv4);
    if (name !== undefined) arena.bytes.set(name, address);
    for (let i = 0; i < BATCH; i++) {
      const message = this.#messages + i * MESSAGE_BYTES;
      if (name !== undefined) {
        arena.writePointer(message + MESSAGE_NAME, address);
        arena.words[(message + MESSAGE_NAME_BYTES) >> 2] = name.length;
      }
      arena.writePointer(message + MESSAGE_VECTORS, this.#vectors + i * VECTOR_BYTES);
      arena.words[(message + MESSAGE_VECTOR_COUNT) >> 2] = 1;
    }
  }

  /** Queues a packet as it stands in its frame. What lies in the arena must not change before `flush`. */
  queue(packet: Packet): void {
    if (packet.bytes !== this.#arena.bytes) {
      this.queueCopy(packet.bytes, packet.frame, packet.length);
      return;
    }
    writeOffloadOf(packet);
    this.#add(packet.frame - VIRTIO_HEADER_BYTES, VIRTIO_HEADER_BYTES + packet.length);
  }

  /** Queues a copy of a frame that is complete and lies anywhere. */
  queueCopy(bytes: Uint8Array, frame: number, length: number): void {
    const messageBytes = VIRTIO_HEADER_BYTES + length;
    if (this.#copiedBytes + messageBytes > COPY_BYTES) this.flush();
    const message = this.#copies + this.#copiedBytes;
    this.#copiedBytes += messageBytes;
    writeNoOffload(this.#arena.bytes, message);
    this.#arena.bytes.set(bytes.subarray(frame, frame + length), message + VIRTIO_HEADER_BYTES);
    this.#add(message, messageBytes);
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
    this.#copiedBytes = 0;
  }

  close(): void {
    this.#arena.release(this.#messages, MEMORY_BYTES);
  }

  #add(message: number, length: number): void {
    const vector = this.#vectors + this.#count * VECTOR_BYTES;
    this.#arena.writePointer(vector, message);
    this.#arena.words[(vector + 8) >> 2] = length;
    this.#count++;
    if (this.#count === BATCH) this.flush();
  }
}
