/** Cutting a packet into fragments that fit a link (RFC 791 §3.2). */
import { HEADROOM_BYTES, Packet } from '../packet.ts';
import { readU16, writeU16 } from '../wire/bytes.ts';
import { ipHeaderBytes, writeIpChecksum } from '../wire/ipv4.ts';

const TOTAL_LENGTH = 2;
const FRAGMENT = 6;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;
const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_COPIED = 0x80;
const FRAME_START = HEADROOM_BYTES + 14;

const fragment = new Packet();
fragment.set(new Uint8Array(FRAME_START + 65_535), HEADROOM_BYTES, 0, 0);

/** Calls `send` with each fragment in turn; the packet object is the same one each time. */
export function sendFragments(packet: Packet, mtuBytes: number, send: (fragment: Packet) => void): void {
  const header = ipHeaderBytes(packet.bytes, packet.ip);
  const payloadBytes = packet.totalBytes - header;
  const perFragment = (mtuBytes - header) & ~7;
  const flagsAndOffset = readU16(packet.bytes, packet.ip + FRAGMENT);
  const firstUnit = flagsAndOffset & OFFSET_MASK;
  const bytes = fragment.bytes;
  for (let at = 0; at < payloadBytes; at += perFragment) {
    const length = Math.min(perFragment, payloadBytes - at);
    const isLast = at + length === payloadBytes && (flagsAndOffset & MORE_FRAGMENTS) === 0;
    bytes.set(packet.bytes.subarray(packet.ip, packet.ip + header), FRAME_START);
    bytes.set(
      packet.bytes.subarray(packet.ip + header + at, packet.ip + header + at + length),
      FRAME_START + header,
    );
    if (at > 0) blankUncopiedOptions(bytes, FRAME_START + 20, FRAME_START + header);
    writeU16(bytes, FRAME_START + TOTAL_LENGTH, header + length);
    const keptFlags = flagsAndOffset & ~(MORE_FRAGMENTS | OFFSET_MASK);
    writeU16(
      bytes,
      FRAME_START + FRAGMENT,
      keptFlags | (isLast ? 0 : MORE_FRAGMENTS) | (firstUnit + (at >> 3)),
    );
    writeIpChecksum(bytes, FRAME_START);
    fragment.parseIp(FRAME_START);
    send(fragment);
  }
}

/** Options without the "copied" bit belong to the first fragment only; later ones carry NOPs in their place. */
function blankUncopiedOptions(bytes: Uint8Array, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const option = bytes[at] as number;
    if (option === OPTION_END) return;
    const length = option === OPTION_NOP ? 1 : (bytes[at + 1] as number);
    if (length === 0 || at + length > to) return;
    if (option !== OPTION_NOP && (option & OPTION_COPIED) === 0) bytes.fill(OPTION_NOP, at, at + length);
    at += length;
  }
}
