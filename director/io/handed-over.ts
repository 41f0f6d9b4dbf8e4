/**
 * The link header of what the machine's own stack hands over to the director: it tells what the packet itself does not show
 * any more, which is its mark, how it was taken, and DF. What the stack sends is moved; of what it is about to deliver a copy
 * is made (`dup`), which costs the copy one from its TTL and sets DF.
 */
import { writeIpChecksum } from '../wire/ipv4.ts';

/** First bytes of the source address of what is handed over; the mark is in the four others. */
const MARKED = [0x02, 0x6d] as const;
/** Destination addresses of copies, by whether the packet itself had DF. */
export const COPY_MAC = { dontFragment: '02:6e:00:00:00:01', mayFragment: '02:6e:00:00:00:02' } as const;
/** Priorities by which the egress hook tells copies apart. They mean nothing on an interface without a queue. */
export const COPY_PRIORITY = { dontFragment: '6c76:1', mayFragment: '6c76:2' } as const;

/** Source address that carries a mark. @param mark Signed 32-bit integer. */
export function sourceMacOf(mark: number): string {
  const bytes = [...MARKED, mark >>> 24, (mark >>> 16) & 255, (mark >>> 8) & 255, mark & 255];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** The mark that a frame was handed over with; 0 for none. */
export function markOf(bytes: Uint8Array, sourceMacAt: number): number {
  if (bytes[sourceMacAt] !== MARKED[0] || bytes[sourceMacAt + 1] !== MARKED[1]) return 0;
  return (
    ((bytes[sourceMacAt + 2] as number) << 24) |
    ((bytes[sourceMacAt + 3] as number) << 16) |
    ((bytes[sourceMacAt + 4] as number) << 8) |
    (bytes[sourceMacAt + 5] as number)
  );
}

/** How a frame was taken: it was the stack's own output, or the copy of one that had come in, with or without DF. */
export const TAKEN = { output: 0, copyWithDontFragment: 1, copy: 2 } as const;

export function takenAs(bytes: Uint8Array, destinationMacAt: number): number {
  const isCopy = bytes[destinationMacAt] === 0x02 && bytes[destinationMacAt + 1] === 0x6e;
  return isCopy ? (bytes[destinationMacAt + 5] as number) : TAKEN.output;
}

/** Gives a copy its TTL and its DF back. @param ip Where its IP header is. */
export function undoCopy(bytes: Uint8Array, ip: number, taken: number): void {
  bytes[ip + 8] = (bytes[ip + 8] as number) + 1;
  if (taken === TAKEN.copy) bytes[ip + 6] = (bytes[ip + 6] as number) & ~0x40;
  writeIpChecksum(bytes, ip);
}
