/**
 * What the rules leave open in a frame that a director sends, set to zero so that the rest can be compared byte for
 * byte: the identification of its own packets, where it may be anything, and the clock in an IP timestamp option.
 */
import { plainChecksum } from './plain-checksum.ts';

const IP = 14;
const ICMP = 1;
const OWN_TTL = 64;
const DONT_FRAGMENT = 0x40;
const TIMESTAMP = 68;

/** @param isLocal Whether an address is one of the director machine's own. */
export function withoutUndetermined(frame: Uint8Array, isLocal: (address: string) => boolean): Uint8Array {
  const copy = frame.slice();
  const header = ((copy[IP] as number) & 15) * 4;
  const checksumIsRight = plainChecksum(copy.subarray(IP, IP + header)) === 0;
  if (idIsOpen(copy, isLocal)) copy.fill(0, IP + 4, IP + 6);
  blankTimestamps(copy.subarray(IP + 20, IP + header));
  if (checksumIsRight) {
    copy.fill(0, IP + 10, IP + 12);
    const checksum = plainChecksum(copy.subarray(IP, IP + header));
    copy.set([checksum >> 8, checksum & 255], IP + 10);
  }
  return copy;
}

/** An ICMP error of its own, or a tunnel packet that may be fragmented. What it relays keeps its identification. */
export function idIsOpen(frame: Uint8Array, isLocal: (address: string) => boolean): boolean {
  if (!isLocal(frame.subarray(IP + 12, IP + 16).join('.'))) return false;
  if (frame[IP + 9] === ICMP) return frame[IP + 8] === OWN_TTL;
  const destination = frame.subarray(IP + 16, IP + 20).join('.');
  // A NAT reply carries a local source too (the VIP), but goes to a client; tunnels end at real servers.
  return destination.startsWith('10.0.2.') || destination.startsWith('10.0.3.')
    ? ((frame[IP + 6] as number) & DONT_FRAGMENT) === 0
    : false;
}

function blankTimestamps(options: Uint8Array): void {
  for (let at = 0; at < options.length && options[at] !== 0; ) {
    const length = options[at] === 1 ? 1 : (options[at + 1] as number);
    if (length === 0) return;
    // Flag 0: four-byte times alone, up to where the pointer says the next one goes.
    if (options[at] === TIMESTAMP) options.fill(0, at + 4, at + (options[at + 2] as number) - 1);
    at += length;
  }
}
