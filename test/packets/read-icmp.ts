import { plainChecksum } from './plain-checksum.ts';

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
  const ip = frame.subarray(14);
  const header = ((ip[0] as number) & 15) * 4;
  const total = ((ip[2] as number) << 8) | (ip[3] as number);
  const icmp = ip.subarray(header, total);
  if (ip[9] !== 1) throw new Error(`expected ICMP, got IP protocol ${ip[9]}`);
  if (plainChecksum(ip.subarray(0, header)) !== 0) throw new Error('the IP header checksum is wrong');
  if (plainChecksum(icmp) !== 0) throw new Error('the ICMP checksum is wrong');
  const words = new DataView(icmp.buffer, icmp.byteOffset, icmp.length);
  return {
    source: ip.subarray(12, 16).join('.'),
    destination: ip.subarray(16, 20).join('.'),
    ttl: ip[8] as number,
    tos: ip[1] as number,
    type: icmp[0] as number,
    code: icmp[1] as number,
    rest: words.getUint32(4),
    quoted: icmp.slice(8),
  };
}
