/** UDP datagrams (RFC 768). */
import { FrameError, get16, join, needBytes, put16, u16 } from './bytes.ts';
import { transportChecksum } from './checksum.ts';
import { type IpFields, type Ipv4, ipPacket, readIpv4 } from './ipv4.ts';
import { type Ports, UDP } from './protocol.ts';

export interface UdpFields extends Ports {
  readonly payload?: Uint8Array;
  /** Instead of the right one; 0 leaves it out, as IPv4 allows. */
  readonly checksum?: number;
}

export interface UdpDatagram extends Required<UdpFields> {
  readonly ip: Ipv4;
  /** Also where there is none. */
  readonly isChecksumRight: boolean;
}

const HEADER_BYTES = 8;

export function udpPacket(ip: IpFields, fields: UdpFields): Uint8Array {
  const payload = fields.payload ?? new Uint8Array(0);
  const l4 = join(u16(fields.sourcePort, fields.destinationPort, HEADER_BYTES + payload.length, 0), payload);
  // 0 says that there is no checksum, so a sum of 0 is sent as its other form.
  put16(l4, 6, fields.checksum ?? (transportChecksum(ip, UDP, l4) || 0xffff));
  return ipPacket(ip, UDP, l4);
}

/** @throws FrameError if the packet holds no whole UDP datagram. */
export function readUdp(packet: Uint8Array): UdpDatagram {
  const ip = readIpv4(packet);
  if (ip.protocol !== UDP) throw new FrameError(`expected UDP (17), got IP protocol ${ip.protocol}`);
  needBytes('a UDP header', ip.payload, HEADER_BYTES);
  const length = get16(ip.payload, 4);
  if (length < HEADER_BYTES) throw new FrameError(`a UDP datagram cannot have ${length} bytes`);
  needBytes('this UDP datagram', ip.payload, length);
  const l4 = ip.payload.subarray(0, length);
  const checksum = get16(l4, 6);
  return {
    ip,
    sourcePort: get16(l4, 0),
    destinationPort: get16(l4, 2),
    checksum,
    payload: l4.slice(HEADER_BYTES),
    isChecksumRight: checksum === 0 || transportChecksum(ip, UDP, l4) === 0,
  };
}
