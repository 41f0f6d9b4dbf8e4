/**
 * Receiving on one interface: a packet socket with a ring. The kernel copies each frame that arrives into the next slot;
 * the director works on it there and gives the slot back. What is larger than a slot (merged frames, mostly) waits in the
 * socket's queue and is fetched from there.
 */
import { filterFrames, refuseFrames, type Share } from '../../native/packet-filter.ts';
import { ETH_P_ALL, openPacketSocket, SOL_PACKET } from '../../native/packet-socket.ts';
import {
  close,
  int32,
  receiveAt,
  setReceiveBuffer,
  setSendBuffer,
  setSocketOption,
} from '../../native/sockets.ts';
import {
  makeRing,
  queueLargeFrames,
  SLOT,
  SLOT_STATUS,
  slotBytesFor,
  takeDroppedFrames,
} from '../../native/tpacket.ts';
import { useVirtioHeaders, VIRTIO_HEADER_BYTES } from '../../native/virtio-header.ts';
import type { RingDescriptor } from '../handover/descriptors.ts';
import { HEADROOM_BYTES } from '../packet.ts';
import type { Arena } from './arena.ts';
import { HANDED_BACK_MARK } from './arrival-program.ts';

const PACKET_RESERVE = 12;
const PACKET_IGNORE_OUTGOING = 23;

/** Slots of a ring for frames of 1500 bytes, the most that there are. */
export const MAX_SLOTS = 4096;
/** Slots of a ring where each holds a jumbo frame. */
const FEW_SLOTS = 1024;
/** A slot holds a jumbo frame of 9000 bytes; what is larger still does not pay for slots of its size. */
const MAX_SLOT_BYTES = 1 << 14;
const MIN_SLOT_BYTES = 1 << 11;
const FEWEST_SLOTS = 64;
/** Large frames that may wait, counted as the memory that they take in the kernel. Taken only while they wait. */
const QUEUE_BYTES = 32 << 20;
/** The same for merged frames on their way out. */
const SEND_BYTES = 8 << 20;

const VLAN_ID_MASK = 0x0fff;
/** Places in a slot's header, as words. */
const SECONDS = SLOT.seconds >> 2;
const NANOSECONDS = SLOT.nanoseconds >> 2;

/** What a ring receives from. */
export interface RingSource {
  readonly interfaceIndex: number;
  readonly linkHeaderBytes: number;
  readonly share: Share;
  /** Whether it receives at once. */
  readonly isListening: boolean;
}

export interface RingSize {
  readonly slotBytes: number;
  readonly slots: number;
}

/** How large a ring is made. @param memoryBytes The most that it may take, at least 1 MiB. */
export function ringSize(mtuBytes: number, memoryBytes: number): RingSize {
  const fitting = slotBytesFor(mtuBytes, HEADROOM_BYTES + VIRTIO_HEADER_BYTES);
  const slotBytes = Math.max(MIN_SLOT_BYTES, Math.min(MAX_SLOT_BYTES, fitting));
  const wanted = slotBytes === MAX_SLOT_BYTES ? FEW_SLOTS : MAX_SLOTS;
  const affordable = 2 ** Math.floor(Math.log2(memoryBytes / slotBytes));
  return { slotBytes, slots: Math.max(FEWEST_SLOTS, Math.min(wanted, affordable)) };
}

export class PacketRing {
  readonly fd: number;
  readonly size: RingSize;
  readonly #arena: Arena;
  readonly #slotBytes: number;
  readonly #slots: number;
  readonly #source: RingSource;
  #offset = 0;
  /** The slot to read next, and the first one that has been read but not given back. */
  #cursor = 0;
  #unreleased = 0;
  #dropped = 0;

  /**
   * @param inherited A socket that has such a ring already: this one goes on where its director stopped.
   * @throws SystemCallError where the socket or its ring cannot be had.
   */
  constructor(arena: Arena, source: RingSource, size: RingSize, inherited?: number) {
    this.#arena = arena;
    this.#source = source;
    this.size = size;
    this.#slotBytes = size.slotBytes;
    this.#slots = size.slots;
    if (inherited !== undefined) {
      this.fd = inherited;
      this.#offset = arena.ring(inherited, this.#ringBytes);
      this.#resume();
      return;
    }
    this.fd = openPacketSocket(source.interfaceIndex, ETH_P_ALL, (fd) => {
      setSocketOption(fd, SOL_PACKET, PACKET_RESERVE, int32(HEADROOM_BYTES));
      setSocketOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, int32(1));
      if (source.isListening) this.#listen(fd);
      else refuseFrames(fd);
      useVirtioHeaders(fd);
      queueLargeFrames(fd);
      setReceiveBuffer(fd, QUEUE_BYTES);
      setSendBuffer(fd, SEND_BYTES);
      makeRing(fd, this.#slotBytes, this.#slots);
      this.#offset = arena.ring(fd, this.#ringBytes);
    });
  }

  /** True if a frame waits at the cursor. The getters speak of it until `advance`. */
  get ready(): boolean {
    return (this.#statusAt(this.#slotAt) & SLOT_STATUS.user) !== 0 && this.#hasRoom;
  }

  /** Offset of the frame in the arena; the virtio header lies in front of it. */
  get frame(): number {
    const at = this.#slotAt + SLOT.frameAt;
    const { bytes } = this.#arena;
    return this.#slotAt + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
  }

  /** Length of the frame on the wire. */
  get length(): number {
    return this.#arena.words[(this.#slotAt + SLOT.length) >> 2] as number;
  }

  /** True if more frames wait than any burst of meant ones has: an eighth of the slots. */
  get isCrowded(): boolean {
    const slot = (this.#cursor + (this.#slots >> 3)) % this.#slots;
    return (this.#statusAt(this.#offset + slot * this.#slotBytes) & SLOT_STATUS.user) !== 0;
  }

  /** True if the frame came in before the one at the cursor of another ring. */
  isBefore(other: PacketRing): boolean {
    const { words } = this.#arena;
    const own = this.#slotAt >> 2;
    const its = other.#slotAt >> 2;
    const seconds = (words[own + SECONDS] as number) - (words[its + SECONDS] as number);
    if (seconds !== 0) return seconds < 0;
    return (words[own + NANOSECONDS] as number) < (words[its + NANOSECONDS] as number);
  }

  /** True if all of the frame is in its slot. */
  get isWhole(): boolean {
    return this.#arena.words[(this.#slotAt + SLOT.captured) >> 2] === this.length;
  }

  /** True if the frame is of a VLAN: it belongs to that network, not to this interface's. VLAN 0 is no VLAN. */
  get isOfVlan(): boolean {
    if ((this.#statusAt(this.#slotAt) & SLOT_STATUS.tagged) === 0) return false;
    const tag = this.#arena.words[(this.#slotAt + SLOT.tag) >> 2] as number;
    return (tag & VLAN_ID_MASK) !== 0;
  }

  /**
   * Reads a frame that is not whole from the queue, the virtio header first. Returns how long both are together, even if
   * there was room for less; 0 if the kernel had no room to keep it. To be called once for each such frame.
   * @param offset Where to, in the arena.
   */
  fetch(offset: number, room: number): number {
    if ((this.#statusAt(this.#slotAt) & SLOT_STATUS.queued) === 0) return 0;
    // Whoever goes on in this one's place must not fetch the next one for it.
    this.#note(SLOT.resume, (this.#cursor + 1) % this.#slots);
    return receiveAt(this.fd, this.#arena.address + offset, room);
  }

  /** Goes on to the next slot. The frame stays where it is until `release`. */
  advance(): void {
    this.#cursor = (this.#cursor + 1) % this.#slots;
  }

  /** Gives all slots before the cursor back to the kernel. */
  release(): void {
    while (this.#unreleased !== this.#cursor) {
      const at = this.#offset + this.#unreleased * this.#slotBytes;
      Atomics.store(this.#arena.words, at >> 2, SLOT_STATUS.kernel);
      this.#unreleased = (this.#unreleased + 1) % this.#slots;
    }
    this.#note(SLOT.released, this.#cursor);
    this.#note(SLOT.resume, this.#cursor);
  }

  /** What another director can go on with in this one's place. */
  get descriptor(): RingDescriptor {
    const { interfaceIndex, linkHeaderBytes, share } = this.#source;
    return { fd: this.fd, interfaceIndex, linkHeaderBytes, share, ...this.size };
  }

  /** Frames that the kernel could not put into the ring so far. */
  get dropped(): number {
    this.#dropped += takeDroppedFrames(this.fd);
    return this.#dropped;
  }

  /** Receives from now on. */
  listen(): void {
    this.#listen(this.fd);
  }

  #listen(fd: number): void {
    filterFrames(fd, HANDED_BACK_MARK, this.#source.share, this.#source.linkHeaderBytes);
  }

  /** @param isKept Whether the socket goes on to be of use where another process has it open. */
  close(isKept = false): void {
    this.#arena.release(this.#offset, this.#ringBytes);
    if (!isKept) refuseFrames(this.fd);
    close(this.fd);
  }

  /** Goes on after what the one before has released, or fetched, and perhaps not come to the end of. */
  #resume(): void {
    const { words } = this.#arena;
    this.#unreleased = words[(this.#offset + SLOT.released) >> 2] as number;
    this.#cursor = words[(this.#offset + SLOT.resume) >> 2] as number;
    this.release();
  }

  /** Writes down in the first slot how far this one is. */
  #note(place: number, slot: number): void {
    this.#arena.words[(this.#offset + place) >> 2] = slot;
  }

  #statusAt(slotAt: number): number {
    return Atomics.load(this.#arena.words, slotAt >> 2);
  }

  /** False once every slot has been read: the one at the cursor is then an old one. */
  get #hasRoom(): boolean {
    return (this.#cursor + 1) % this.#slots !== this.#unreleased;
  }

  get #slotAt(): number {
    return this.#offset + this.#cursor * this.#slotBytes;
  }

  get #ringBytes(): number {
    return this.#slotBytes * this.#slots;
  }
}
