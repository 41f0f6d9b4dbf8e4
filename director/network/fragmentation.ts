/** Cutting a packet into fragments that fit a link (RFC 791 §3.2). */
import { HEADROOM_BYTES, Packet } from '../packet.ts';
import { ipHeaderBytes, setIpFragment, setIpTotalBytes, writeIpChecksum } from '../wire/ipv4.ts';
import { blankUncopiedOptions } from '../wire/ipv4-options.ts';

const FRAME_START = HEADROOM_BYTES + 14;

const fragment = new Packet();
fragment.set(new Uint8Array(FRAME_START + 65_535), HEADROOM_BYTES, 0, 0);

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
    bytes.set(packet.bytes.subarray(packet.ip, packet.ip + header), FRAME_START);
    bytes.set(packet.bytes.subarray(from, from + length), FRAME_START + header);
    if (at > 0) blankUncopiedOptions(bytes, FRAME_START);
    setIpTotalBytes(bytes, FRAME_START, header + length);
    setIpFragment(bytes, FRAME_START, at, length < left, packet.fragmentsKeepDontFragment);
    writeIpChecksum(bytes, FRAME_START);
    fragment.parseIp(FRAME_START);
    send(fragment);
    at += length;
  }
}
