/**
 * `struct virtio_net_hdr` (Virtual I/O Device 1.2 §5.1.6), which a packet socket with PACKET_VNET_HDR puts in front of
 * every frame and wants in front of every frame: what of its work the sender has left to the hardware.
 */
import { SOL_PACKET } from './packet-socket.ts';
import { int32, setSocketOption } from './sockets.ts';

export const VIRTIO_HEADER_BYTES = 10;

/** How the kernel cuts a frame into segments: not at all, or as its protocol wants it. */
export const SEGMENTATION = { none: 0, tcp4: 1, udp: 5 } as const;

/** Added to `tcp4` if the first segment alone carries the flag CWR (RFC 3168). */
const WITH_CONGESTION_FLAG = 0x80;

const PACKET_VNET_HDR = 15;

const FLAGS = 0;
const SEGMENTATION_TYPE = 1;
const HEADER_LENGTH = 2;
const SEGMENT_BYTES = 4;
const CHECKSUM_START = 6;
const CHECKSUM_OFFSET = 8;
const CHECKSUM_IS_PENDING = 1;

/** Makes a socket that is not bound yet put this header in front of frames, and take it off those that it sends. */
export function useVirtioHeaders(fd: number): void {
  setSocketOption(fd, SOL_PACKET, PACKET_VNET_HDR, int32(1));
}

/** True if the sender left the transport checksum to hardware. */
export function checksumIsPending(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + FLAGS] as number) & CHECKSUM_IS_PENDING) !== 0;
}

/** One of `SEGMENTATION`, or a kind that is not listed there. */
export function segmentationOf(bytes: Uint8Array, at: number): number {
  return (bytes[at + SEGMENTATION_TYPE] as number) & ~WITH_CONGESTION_FLAG;
}

/** Payload of each segment but the last, where the frame is to be cut. */
export function segmentBytes(bytes: Uint8Array, at: number): number {
  return read(bytes, at + SEGMENT_BYTES);
}

/** Where the bytes that a pending checksum covers begin, from the frame's first byte on. */
export function checksumStart(bytes: Uint8Array, at: number): number {
  return read(bytes, at + CHECKSUM_START);
}

/** Where a pending checksum belongs, from `checksumStart` on. */
export function checksumOffset(bytes: Uint8Array, at: number): number {
  return read(bytes, at + CHECKSUM_OFFSET);
}

/** Writes the header of a frame that is complete as it is. */
export function writeNoOffload(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < VIRTIO_HEADER_BYTES; i++) bytes[at + i] = 0;
}

export interface Offload {
  /** From the frame's first byte up to where the payload begins. */
  headerBytes: number;
  checksumStart: number;
  checksumOffset: number;
  /** One of `SEGMENTATION`. */
  segmentation: number;
  segmentBytes: number;
  /** The flag CWR is for the first segment. */
  hasCongestionFlag: boolean;
}

/** Writes the header of a frame whose checksum is pending, and that may have to be cut as well. */
export function writeOffload(bytes: Uint8Array, at: number, offload: Readonly<Offload>): void {
  bytes[at + FLAGS] = CHECKSUM_IS_PENDING;
  bytes[at + SEGMENTATION_TYPE] =
    offload.segmentation | (offload.hasCongestionFlag ? WITH_CONGESTION_FLAG : 0);
  write(bytes, at + HEADER_LENGTH, offload.headerBytes);
  write(bytes, at + SEGMENT_BYTES, offload.segmentBytes);
  write(bytes, at + CHECKSUM_START, offload.checksumStart);
  write(bytes, at + CHECKSUM_OFFSET, offload.checksumOffset);
}

/** The header's numbers are in the byte order of the machine, little-endian on all that Node's releases run this on. */
function read(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

function write(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
}
