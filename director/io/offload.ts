/** What a frame's sender has left to hardware: read from the virtio header of a frame that came in, written for one that leaves. */
import {
  checksumIsPending,
  checksumOffset,
  checksumStart,
  type Offload,
  SEGMENTATION,
  segmentationOf,
  segmentBytes,
  VIRTIO_HEADER_BYTES,
  writeNoOffload,
  writeOffload,
} from '../../native/virtio-header.ts';
import { transportChecksumOffset, writePendingChecksum } from '../network/pending-checksum.ts';
import type { Packet } from '../packet.ts';
import { writeU16 } from '../wire/bytes.ts';
import { fold, sum } from '../wire/checksum.ts';
import { ETHERTYPE, etherType } from '../wire/ethernet.ts';
import { ipv4Problem, PROTOCOL } from '../wire/ipv4.ts';
import { SCTP_CHECKSUM, writeSctpChecksum } from '../wire/sctp.ts';
import { TCP_FLAG, tcpFlags } from '../wire/tcp.ts';

/**
 * Takes over what the header in front of a frame says. A checksum that only the transport's own header can be told of
 * stays pending, any other one is completed here. False if the packet is merged from segments that nobody could tell apart.
 */
export function readOffload(packet: Packet, linkHeaderBytes: number): boolean {
  const { bytes, frame } = packet;
  const at = frame - VIRTIO_HEADER_BYTES;
  const segmentation = segmentationOf(bytes, at);
  const isPending = checksumIsPending(bytes, at);
  if (!isPending && segmentation === SEGMENTATION.none) return true;
  const ip = frame + linkHeaderBytes;
  if (linkHeaderBytes > 0 && etherType(bytes, frame) !== ETHERTYPE.ipv4) return true;
  if (ipv4Problem(bytes, ip, packet.length - linkHeaderBytes) !== undefined) return true;
  packet.parseIp(ip);
  const { protocol, l4 } = packet;
  if (segmentation !== SEGMENTATION.none) {
    if (segmentation !== segmentationFor(protocol)) return false;
    packet.segmentBytes = segmentBytes(bytes, at);
    packet.checksumPending = true;
    return packet.segmentBytes > 0 && packet.headerBytes <= packet.totalBytes;
  }
  const start = frame + checksumStart(bytes, at);
  const offset = checksumOffset(bytes, at);
  if (start !== l4) completeInner(packet, start, start + offset);
  else if (protocol === PROTOCOL.sctp && offset === SCTP_CHECKSUM)
    writeSctpChecksum(bytes, l4, packet.l4Bytes);
  else
    packet.checksumPending = segmentationFor(protocol) !== SEGMENTATION.none && packet.l4Bytes >= offset + 2;
  return true;
}

/** Filled anew for each packet, so that none allocates. */
const offload: Offload = {
  headerBytes: 0,
  checksumStart: 0,
  checksumOffset: 0,
  segmentation: SEGMENTATION.none,
  segmentBytes: 0,
  hasCongestionFlag: false,
};

/** Writes the header in front of a frame that is to be sent. */
export function writeOffloadOf(packet: Packet): void {
  const { bytes, frame, protocol, l4 } = packet;
  const at = frame - VIRTIO_HEADER_BYTES;
  if (!packet.checksumPending) {
    writeNoOffload(bytes, at);
    return;
  }
  writePendingChecksum(packet);
  const isMerged = packet.segmentBytes > 0;
  offload.headerBytes = packet.ip - frame + packet.headerBytes;
  offload.checksumStart = l4 - frame;
  offload.checksumOffset = transportChecksumOffset(protocol);
  offload.segmentation = isMerged ? segmentationFor(protocol) : SEGMENTATION.none;
  offload.segmentBytes = packet.segmentBytes;
  offload.hasCongestionFlag =
    isMerged && protocol === PROTOCOL.tcp && (tcpFlags(bytes, l4) & TCP_FLAG.cwr) !== 0;
  writeOffload(bytes, at, offload);
}

function segmentationFor(protocol: number): number {
  if (protocol === PROTOCOL.tcp) return SEGMENTATION.tcp4;
  return protocol === PROTOCOL.udp ? SEGMENTATION.udp : SEGMENTATION.none;
}

/** Completes a checksum of what the packet carries inside (VXLAN, say), from the sum that the sender has put there. */
function completeInner({ bytes, ip, totalBytes }: Packet, start: number, checksumAt: number): void {
  const end = ip + totalBytes;
  if (start < ip || checksumAt + 2 > end) return;
  writeU16(bytes, checksumAt, ~fold(sum(bytes, start, end - start)) & 0xffff || 0xffff);
}
