/** Frames made from what a recording says of them: who sent what to whom. */
import {
  ETHERNET_HEADER_BYTES,
  ETHERTYPE,
  IPV4_MIN_HEADER_BYTES,
  PROTOCOL,
  pseudoHeaderSum,
  setTcpChecksum,
  setUdpChecksum,
  TCP_CHECKSUM,
  TCP_FLAG,
  TCP_MIN_HEADER_BYTES,
  transportChecksum,
  UDP_CHECKSUM,
  UDP_HEADER_BYTES,
  write32,
  writeEthernet,
  writeIpv4,
  writeU16,
} from '../../director/index.ts';

/** An address (signed 32-bit integer) and port. */
export interface Endpoint {
  readonly address: number;
  readonly port: number;
}

export interface Stations {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

const FIRST_SEQUENCE_NUMBER = 100;
const WINDOW = 64_240;
const DATA_BYTES = 5;

/** A TCP segment. Data is there where PSH is set. */
export function tcpFrame(
  stations: Stations,
  source: Endpoint,
  destination: Endpoint,
  flags: number,
): Uint8Array {
  const dataBytes = flags & TCP_FLAG.psh ? DATA_BYTES : 0;
  const { frame, l4 } = ipFrame(
    stations,
    source,
    destination,
    PROTOCOL.tcp,
    TCP_MIN_HEADER_BYTES + dataBytes,
  );
  write32(frame, l4 + 4, FIRST_SEQUENCE_NUMBER);
  frame[l4 + 12] = (TCP_MIN_HEADER_BYTES >> 2) << 4;
  frame[l4 + 13] = flags;
  writeU16(frame, l4 + 14, WINDOW);
  setTcpChecksum(frame, l4, checksum(frame, l4, source, destination, PROTOCOL.tcp, TCP_CHECKSUM));
  return frame;
}

/** A UDP datagram. @param ipBytes Length of the IP datagram, header included. */
export function udpFrame(
  stations: Stations,
  source: Endpoint,
  destination: Endpoint,
  ipBytes = IPV4_MIN_HEADER_BYTES + UDP_HEADER_BYTES + DATA_BYTES,
): Uint8Array {
  const l4Bytes = ipBytes - IPV4_MIN_HEADER_BYTES;
  const { frame, l4 } = ipFrame(stations, source, destination, PROTOCOL.udp, l4Bytes);
  writeU16(frame, l4 + 4, l4Bytes);
  setUdpChecksum(frame, l4, checksum(frame, l4, source, destination, PROTOCOL.udp, UDP_CHECKSUM));
  return frame;
}

function ipFrame(
  stations: Stations,
  source: Endpoint,
  destination: Endpoint,
  protocol: number,
  l4Bytes: number,
) {
  const l4 = ETHERNET_HEADER_BYTES + IPV4_MIN_HEADER_BYTES;
  const frame = new Uint8Array(l4 + l4Bytes);
  writeEthernet(frame, 0, stations.to, stations.from, ETHERTYPE.ipv4);
  writeIpv4(frame, ETHERNET_HEADER_BYTES, {
    tos: 0,
    totalBytes: IPV4_MIN_HEADER_BYTES + l4Bytes,
    id: 1,
    dontFragment: false,
    ttl: 64,
    protocol,
    source: source.address,
    destination: destination.address,
  });
  writeU16(frame, l4, source.port);
  writeU16(frame, l4 + 2, destination.port);
  return { frame, l4 };
}

function checksum(
  frame: Uint8Array,
  l4: number,
  source: Endpoint,
  destination: Endpoint,
  protocol: number,
  checksumOffset: number,
): number {
  const l4Bytes = frame.length - l4;
  const pseudoHeader = pseudoHeaderSum(source.address, destination.address, protocol, l4Bytes);
  return transportChecksum(frame, l4, l4Bytes, l4 + checksumOffset, pseudoHeader);
}
