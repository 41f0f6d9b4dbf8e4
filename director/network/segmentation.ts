/**
 * Cutting a merged packet into the segments that it stands for, as the kernel's GSO does: the sender (TSO, GSO, UDP_SEGMENT)
 * or the receiving machine (GRO) has put consecutive segments of one flow behind a single header.
 */
import { OWN_IP_AT, type Packet, packetWithRoom } from '../packet.ts';
import { write32, writeU16 } from '../wire/bytes.ts';
import { ipHeaderBytes, ipId, PROTOCOL, setIpId, setIpTotalBytes, writeIpChecksum } from '../wire/ipv4.ts';
import { setTcpFlags, TCP_FLAG, TCP_SEQUENCE, tcpFlags, tcpSequence } from '../wire/tcp.ts';
import { UDP_LENGTH } from '../wire/udp.ts';
import { completeChecksum } from './pending-checksum.ts';

/** What stands at the end of a burst, so only the last segment keeps it. */
const FLAGS_OF_THE_LAST = TCP_FLAG.fin | TCP_FLAG.psh;

const segment = packetWithRoom();

/**
 * Calls `send` with each segment in turn, checksums complete; the packet object is the same one each time. The packet
 * itself, TCP or UDP, is none.
 */
export function sendSegments(packet: Packet, send: (segment: Packet) => void): void {
  const { bytes: from, ip, segmentBytes } = packet;
  const { bytes } = segment;
  const headers = packet.headerBytes;
  const payload = ip + headers;
  const payloadBytes = packet.totalBytes - headers;
  const isTcp = packet.protocol === PROTOCOL.tcp;
  const l4 = OWN_IP_AT + ipHeaderBytes(from, ip);
  const id = ipId(from, ip);
  const sequence = isTcp ? tcpSequence(from, packet.l4) : 0;
  const flags = isTcp ? tcpFlags(from, packet.l4) : 0;
  for (let at = 0, number = 0; at < payloadBytes; at += segmentBytes, number++) {
    const length = Math.min(segmentBytes, payloadBytes - at);
    bytes.set(from.subarray(ip, payload), OWN_IP_AT);
    bytes.set(from.subarray(payload + at, payload + at + length), OWN_IP_AT + headers);
    setIpTotalBytes(bytes, OWN_IP_AT, headers + length);
    setIpId(bytes, OWN_IP_AT, id + number);
    writeIpChecksum(bytes, OWN_IP_AT);
    if (isTcp) {
      const isLast = at + length === payloadBytes;
      // That the sender slows down is said once (RFC 3168 §6.1.2).
      const removed = (isLast ? 0 : FLAGS_OF_THE_LAST) | (at === 0 ? 0 : TCP_FLAG.cwr);
      write32(bytes, l4 + TCP_SEQUENCE, sequence + at);
      setTcpFlags(bytes, l4, flags & ~removed);
    } else {
      writeU16(bytes, l4 + UDP_LENGTH, OWN_IP_AT + headers + length - l4);
    }
    segment.parseIp(OWN_IP_AT);
    completeChecksum(segment);
    send(segment);
  }
}
