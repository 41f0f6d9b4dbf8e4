/** Room for frames that are larger than a ring's slot, while they are worked on. */
import { VIRTIO_HEADER_BYTES } from '../../native/virtio-header.ts';
import { HEADROOM_BYTES } from '../packet.ts';
import { ETHERNET_HEADER_BYTES } from '../wire/ethernet.ts';
import type { Arena } from './arena.ts';
import type { PacketRing } from './packet-ring.ts';

/** Frames at a time: few enough to stay in a processor's cache between being read and being sent. */
const FRAMES = 8;
/** The largest frame: an IPv4 packet is no longer. */
export const MAX_FRAME_BYTES = ETHERNET_HEADER_BYTES + 65_535;
const MESSAGE_BYTES = VIRTIO_HEADER_BYTES + MAX_FRAME_BYTES;
const ROOM_BYTES = (HEADROOM_BYTES + MESSAGE_BYTES + 63) & ~63;

export class LargeFrames {
  readonly #arena: Arena;
  readonly #offset: number;
  #count = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#offset = arena.memory(FRAMES * ROOM_BYTES);
  }

  get hasRoom(): boolean {
    return this.#count < FRAMES;
  }

  /** Takes the frame at the ring's cursor in. Returns its offset in the arena, or -1 if it could not be had whole. */
  take(ring: PacketRing): number {
    const message = this.#offset + this.#count * ROOM_BYTES + HEADROOM_BYTES;
    const length = ring.fetch(message, MESSAGE_BYTES);
    if (length !== VIRTIO_HEADER_BYTES + ring.length || length > MESSAGE_BYTES) return -1;
    this.#count++;
    return message + VIRTIO_HEADER_BYTES;
  }

  /** Lets the frame at the ring's cursor go, which costs no copy. */
  skip(ring: PacketRing): void {
    ring.fetch(this.#offset + this.#count * ROOM_BYTES, VIRTIO_HEADER_BYTES);
  }

  /** The frames taken in are no longer needed. */
  clear(): void {
    this.#count = 0;
  }

  close(): void {
    this.#arena.release(this.#offset, FRAMES * ROOM_BYTES);
  }
}
