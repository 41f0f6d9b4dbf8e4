/**
 * Receiving on one interface: a packet socket with a ring. The kernel copies each frame that arrives into the next slot;
 * the director works on it there and gives the slot back.
 */
import { ETH_P_ALL, int32, openPacketSocket, SOL_PACKET } from '../../native/packet-socket.ts';
import { close, setSocketOption } from '../../native/sockets.ts';
import { makeRing, SLOT, SLOT_STATUS, slotBytesFor } from '../../native/tpacket.ts';
import { HEADROOM_BYTES } from '../packet.ts';
import type { Arena } from './arena.ts';

const PACKET_RESERVE = 12;
const PACKET_IGNORE_OUTGOING = 23;

/** Frames that can wait. */
export const RING_SLOTS = 4096;

export class PacketRing {
  readonly fd: number;
  readonly #arena: Arena;
  readonly #slotBytes: number;
  #offset = 0;
  /** The slot to read next, and the first one that has been read but not given back. */
  #cursor = 0;
  #unreleased = 0;

  /** @throws SystemCallError where the socket or its ring cannot be had. */
  constructor(arena: Arena, interfaceIndex: number, mtuBytes: number) {
    this.#arena = arena;
    this.#slotBytes = slotBytesFor(mtuBytes, HEADROOM_BYTES);
    this.fd = openPacketSocket(interfaceIndex, ETH_P_ALL, (fd) => {
      setSocketOption(fd, SOL_PACKET, PACKET_RESERVE, int32(HEADROOM_BYTES));
      setSocketOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, int32(1));
      makeRing(fd, this.#slotBytes, RING_SLOTS);
      this.#offset = arena.ring(fd, this.#ringBytes);
    });
  }

  /** True if a frame waits at the cursor. The getters speak of it until `advance`. */
  get ready(): boolean {
    return (this.#status & SLOT_STATUS.user) !== 0 && this.#hasRoom;
  }

  /** Offset of the frame in the arena. */
  get frame(): number {
    const at = this.#slotAt + SLOT.frameAt;
    const { bytes } = this.#arena;
    return this.#slotAt + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
  }

  /** Length of the frame on the wire. */
  get length(): number {
    return this.#arena.words[(this.#slotAt + SLOT.length) >> 2] as number;
  }

  /** True if a local sender left the transport checksum to hardware that is not there. */
  get checksumPending(): boolean {
    return (this.#status & SLOT_STATUS.checksumNotReady) !== 0;
  }

  /** Goes on to the next slot. The frame stays where it is until `release`. */
  advance(): void {
    this.#cursor = (this.#cursor + 1) % RING_SLOTS;
  }

  /** Gives all slots before the cursor back to the kernel. */
  release(): void {
    while (this.#unreleased !== this.#cursor) {
      const at = this.#offset + this.#unreleased * this.#slotBytes;
      Atomics.store(this.#arena.words, at >> 2, SLOT_STATUS.kernel);
      this.#unreleased = (this.#unreleased + 1) % RING_SLOTS;
    }
  }

  close(): void {
    this.#arena.release(this.#offset, this.#ringBytes);
    close(this.fd);
  }

  get #status(): number {
    return Atomics.load(this.#arena.words, this.#slotAt >> 2);
  }

  /** False once every slot has been read: the one at the cursor is then an old one. */
  get #hasRoom(): boolean {
    return (this.#cursor + 1) % RING_SLOTS !== this.#unreleased;
  }

  get #slotAt(): number {
    return this.#offset + this.#cursor * this.#slotBytes;
  }

  get #ringBytes(): number {
    return this.#slotBytes * RING_SLOTS;
  }
}
