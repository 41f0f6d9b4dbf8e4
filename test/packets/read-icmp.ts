import { readIcmp as read } from '../../lab/frames/index.ts';

export interface IcmpMessage {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly tos: number;
  readonly type: number;
  readonly code: number;
  /** Last four bytes of the header. */
  readonly rest: number;
  readonly quoted: Uint8Array;
}

/** Reads a frame that must be ICMP with right checksums; throws otherwise. */
export function readIcmp(frame: Uint8Array): IcmpMessage {
  const { ip, type, code, rest, body, isChecksumRight } = read(frame.subarray(14));
  if (!isChecksumRight) throw new Error('the ICMP checksum is wrong');
  const { source, destination, ttl, tos } = ip;
  return { source, destination, ttl, tos, type, code, rest, quoted: body };
}
