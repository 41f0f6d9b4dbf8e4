/** SCTP packets (RFC 9260 §3.1). */
import { FrameError, get16, get32, join, needBytes, put32, u16 } from './bytes.ts';
import { plainCrc32c } from './checksum.ts';
import { type IpFields, type Ipv4, ipPacket, readIpv4 } from './ipv4.ts';
import { type Ports, SCTP } from './protocol.ts';

export interface SctpFields extends Ports {
  /** 0x12345678 unless given. */
  readonly verificationTag?: number;
  /** Instead of the right one. */
  readonly checksum?: number;
}

export interface SctpPacket extends Required<SctpFields> {
  readonly ip: Ipv4;
  readonly chunks: Uint8Array;
  readonly isChecksumRight: boolean;
}

const HEADER_BYTES = 12;

/** @param chunks Everything behind the common header. */
export function sctpPacket(ip: IpFields, fields: SctpFields, chunks: Uint8Array): Uint8Array {
  const l4 = join(u16(fields.sourcePort, fields.destinationPort), new Uint8Array(8), chunks);
  put32(l4, 4, fields.verificationTag ?? 0x1234_5678);
  put32(l4, 8, fields.checksum ?? checksumOf(l4));
  return ipPacket(ip, SCTP, l4);
}

/** @throws FrameError if the packet holds no SCTP packet. */
export function readSctp(packet: Uint8Array): SctpPacket {
  const ip = readIpv4(packet);
  if (ip.protocol !== SCTP) throw new FrameError(`expected SCTP (132), got IP protocol ${ip.protocol}`);
  const l4 = ip.payload;
  needBytes('an SCTP header', l4, HEADER_BYTES);
  return {
    ip,
    sourcePort: get16(l4, 0),
    destinationPort: get16(l4, 2),
    verificationTag: get32(l4, 4),
    checksum: get32(l4, 8),
    chunks: l4.slice(HEADER_BYTES),
    isChecksumRight: checksumOf(l4) === get32(l4, 8),
  };
}

/** The CRC of the packet with 0 in its place; it stands on the wire with its lowest byte first (RFC 9260, Appendix A). */
function checksumOf(l4: Uint8Array): number {
  const zeroed = l4.slice();
  put32(zeroed, 8, 0);
  return Buffer.from(new Uint32Array([plainCrc32c(zeroed)]).buffer).readUInt32BE(0);
}
