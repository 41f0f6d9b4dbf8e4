/** Cutting a packet into fragments that fit a link (RFC 791 §3.2). */
import { OWN_IP_AT, type Packet, packetWithRoom } from '../packet.ts';
import { ipHeaderBytes, setIpFragment, setIpTotalBytes, writeIpChecksum } from '../wire/ipv4.ts';
import { blankUncopiedOptions } from '../wire/ipv4-options.ts';

const fragment = packetWithRoom();

/**
 * Calls `send` with each fragment in turn; the packet object is the same one each time. The packet itself is none.
 * @param maxBytes Largest fragment, IP header included.
 */
export function sendFragments(packet: Packet, maxBytes: number, send: (fragment: Packet) => void): void {
  const header = ipHeaderBytes(packet.bytes, packet.ip);
  const payloadBytes = packet.totalBytes - header;
  const room = maxBytes - header;
  const bytes = fragment.bytes;
  for (let at = 0; at < payloadBytes; ) {
    const left = payloadBytes - at;
    // All but the last end on a multiple of eight bytes, the unit that offsets are counted in.
    const length = left <= room ? left : room & ~7;
    const from = packet.ip + header + at;
    bytes.set(packet.bytes.subarray(packet.ip, packet.ip + header), OWN_IP_AT);
    bytes.set(packet.bytes.subarray(from, from + length), OWN_IP_AT + header);
    if (at > 0) blankUncopiedOptions(bytes, OWN_IP_AT);
    setIpTotalBytes(bytes, OWN_IP_AT, header + length);
    setIpFragment(bytes, OWN_IP_AT, at, length < left, packet.fragmentsKeepDontFragment);
    writeIpChecksum(bytes, OWN_IP_AT);
    fragment.parseIp(OWN_IP_AT);
    send(fragment);
    at += length;
  }
}
