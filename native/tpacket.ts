/**
 * TPACKET_V2, the format of a packet socket's memory-mapped ring (Linux's packet_mmap): the kernel copies each frame
 * into the next slot and hands the slot over by its status.
 *
 * Version 2 rather than 3: a slot is handed over as soon as its frame is there, while version 3 hands over whole blocks
 * and makes a lonely packet wait for its block's timeout, a millisecond or more at every hop.
 */
import { SOL_PACKET } from './packet-socket.ts';
import { getSocketOption, int32, setSocketOption } from './sockets.ts';

const PACKET_RX_RING = 5;
const PACKET_STATISTICS = 6;
const PACKET_COPY_THRESH = 7;
const PACKET_VERSION = 10;
const TPACKET_V2 = 1;

/** Memory that the kernel allocates in one piece; a whole number of slots. */
const BLOCK_BYTES = 1 << 17;

export const SLOT_STATUS = {
  kernel: 0,
  user: 1,
  /** The slot holds the beginning of the frame, and the socket's queue all of it (`queueLargeFrames`). */
  queued: 1 << 1,
  /** A local sender left the transport checksum to hardware. */
  checksumNotReady: 1 << 3,
  /** The frame had a VLAN tag, which the kernel has taken out of it. */
  tagged: 1 << 4,
} as const;

/** Offsets within a slot's header, `struct tpacket2_hdr`. */
export const SLOT = {
  status: 0,
  /** Bytes of the frame on the wire, and those of them that are in the slot. */
  length: 4,
  captured: 8,
  /** Where the frame begins. */
  frameAt: 12,
  seconds: 16,
  nanoseconds: 20,
  /** Of a VLAN tag that was taken out: priority and id. */
  tag: 24,
  /** Type of packet in the `struct sockaddr_ll` that follows the header. */
  packetType: 32 + 10,
  /** Behind that the kernel writes nothing: there is room for two numbers of the slot's reader. */
  released: 56,
  resume: 60,
} as const;

/** Slot header, socket address and alignment before a frame that was given no headroom. */
const SLOT_OVERHEAD_BYTES = 96;
/** Ethernet header and VLAN tag. */
const LINK_HEADER_BYTES = 18;

/** The smallest power of two that holds the largest frame with its header and headroom. */
export function slotBytesFor(mtuBytes: number, headroomBytes = 0): number {
  return 2 ** Math.ceil(Math.log2(SLOT_OVERHEAD_BYTES + headroomBytes + LINK_HEADER_BYTES + mtuBytes));
}

/** Gives a socket that is not bound yet a ring of slots. The ring can be mapped then. */
export function makeRing(fd: number, slotBytes: number, slots: number): void {
  setSocketOption(fd, SOL_PACKET, PACKET_VERSION, int32(TPACKET_V2));
  const request = int32(BLOCK_BYTES, (slotBytes * slots) / BLOCK_BYTES, slotBytes, slots);
  setSocketOption(fd, SOL_PACKET, PACKET_RX_RING, request);
}

/**
 * Makes frames that are larger than a slot wait, whole, in the socket's queue as well, as far as its receive buffer has
 * room: to be read with recv(2) in the order of their slots.
 */
export function queueLargeFrames(fd: number): void {
  setSocketOption(fd, SOL_PACKET, PACKET_COPY_THRESH, int32(1));
}

/** Frames that found no room in the ring, or that the kernel could not describe, since the last call. */
export function takeDroppedFrames(fd: number): number {
  const counts = int32(0, 0);
  getSocketOption(fd, SOL_PACKET, PACKET_STATISTICS, counts);
  return new Uint32Array(counts.buffer)[1] as number;
}
