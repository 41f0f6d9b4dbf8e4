/**
 * Receiving on one interface: a packet socket with a TPACKET_V2 ring (Linux's packet_mmap). The kernel copies each
 * frame that arrives into the next slot; the director works on it there and gives the slot back.
 *
 * Version 2 rather than 3: a slot is handed over as soon as its frame is there, while version 3 hands over whole blocks
 * and makes a lonely packet wait for its block's timeout, a millisecond or more at every hop.
 */
import { HEADROOM_BYTES } from '../packet.ts';
import type { Arena } from './arena.ts';
import { ETH_P_ALL, int32, openPacketSocket, SOL_PACKET } from './packet-socket.ts';
import { close, setSocketOption } from './system.ts';

const PACKET_RX_RING = 5;
const PACKET_VERSION = 10;
const PACKET_RESERVE = 12;
const PACKET_IGNORE_OUTGOING = 23;
const TPACKET_V2 = 1;

const STATUS_KERNEL = 0;
const STATUS_USER = 1;
const STATUS_CHECKSUM_NOT_READY = 1 << 3;

/** Offsets within a slot's header, `struct tpacket2_hdr`. */
const HEADER_LENGTH = 4;
const HEADER_FRAME_AT = 12;
/** Slot header, socket address and alignment before a frame that was given no headroom. */
const SLOT_OVERHEAD_BYTES = 96;

const SLOTS = 4096;
const BLOCK_BYTES = 1 << 17;

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
    this.#slotBytes = slotBytesFor(mtuBytes);
    this.fd = openPacketSocket(interfaceIndex, ETH_P_ALL, (fd) => {
      setSocketOption(fd, SOL_PACKET, PACKET_VERSION, int32(TPACKET_V2));
      setSocketOption(fd, SOL_PACKET, PACKET_RESERVE, int32(HEADROOM_BYTES));
      setSocketOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, int32(1));
      const request = int32(BLOCK_BYTES, this.#ringBytes / BLOCK_BYTES, this.#slotBytes, SLOTS);
      setSocketOption(fd, SOL_PACKET, PACKET_RX_RING, request);
      this.#offset = arena.ring(fd, this.#ringBytes);
    });
  }

  /** True if a frame waits at the cursor. The getters speak of it until `advance`. */
  get ready(): boolean {
    return (this.#status & STATUS_USER) !== 0 && this.#hasRoom;
  }

  /** Offset of the frame in the arena. */
  get frame(): number {
    const at = this.#slotAt + HEADER_FRAME_AT;
    const { bytes } = this.#arena;
    return this.#slotAt + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
  }

  /** Length of the frame on the wire. */
  get length(): number {
    return this.#arena.words[(this.#slotAt + HEADER_LENGTH) >> 2] as number;
  }

  /** True if a local sender left the transport checksum to hardware that is not there. */
  get checksumPending(): boolean {
    return (this.#status & STATUS_CHECKSUM_NOT_READY) !== 0;
  }

  /** Goes on to the next slot. The frame stays where it is until `release`. */
  advance(): void {
    this.#cursor = (this.#cursor + 1) % SLOTS;
  }

  /** Gives all slots before the cursor back to the kernel. */
  release(): void {
    while (this.#unreleased !== this.#cursor) {
      const at = this.#offset + this.#unreleased * this.#slotBytes;
      Atomics.store(this.#arena.words, at >> 2, STATUS_KERNEL);
      this.#unreleased = (this.#unreleased + 1) % SLOTS;
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
    return (this.#cursor + 1) % SLOTS !== this.#unreleased;
  }

  get #slotAt(): number {
    return this.#offset + this.#cursor * this.#slotBytes;
  }

  get #ringBytes(): number {
    return this.#slotBytes * SLOTS;
  }
}

/** The smallest power of two that holds the largest frame with its header and headroom. */
function slotBytesFor(mtuBytes: number): number {
  return 2 ** Math.ceil(Math.log2(SLOT_OVERHEAD_BYTES + HEADROOM_BYTES + 18 + mtuBytes));
}
