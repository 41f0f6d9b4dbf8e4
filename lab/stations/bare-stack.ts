/** A host’s own stack on which no program listens. */
import {
  ACK,
  ECHO_REPLY,
  ECHO_REQUEST,
  ICMP,
  icmpPacket,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
  RST,
  readIcmp,
  readIpv4,
  readTcp,
  readUdp,
  segmentLength,
  TCP,
  tcpPacket,
  UDP,
  UNREACHABLE,
} from '../frames/index.ts';
import { wholeProtocol } from './packet-protocol.ts';
import { errorAbout } from './router-errors.ts';
import type { Responder } from './station.ts';

/**
 * Answers echo requests (RFC 792), resets TCP connections that nobody has (RFC 9293 §3.10.7.1), and says of what else
 * it gets that no port or protocol is there (RFC 1122 §3.2.2.1). What comes with a wrong checksum is not answered.
 */
export const bareStack: Responder = (packet) => {
  switch (wholeProtocol(packet)) {
    case undefined:
      return [];
    case ICMP:
      return echo(packet);
    case TCP:
      return reset(packet);
    case UDP:
      return readUdp(packet).isChecksumRight ? unreachable(packet, PORT_UNREACHABLE) : [];
    default:
      return unreachable(packet, PROTOCOL_UNREACHABLE);
  }
};

function echo(packet: Uint8Array): readonly Uint8Array[] {
  const { ip, type, rest, body, isChecksumRight } = readIcmp(packet);
  if (type !== ECHO_REQUEST || !isChecksumRight) return [];
  const { source, destination, tos } = ip;
  return [icmpPacket({ source: destination, destination: source, tos }, { type: ECHO_REPLY, rest, body })];
}

function reset(packet: Uint8Array): readonly Uint8Array[] {
  const segment = readTcp(packet);
  const { ip, sourcePort, destinationPort, flags, sequence, acknowledgement, isChecksumRight } = segment;
  if (flags & RST || !isChecksumRight) return [];
  const numbers =
    flags & ACK
      ? { flags: RST, sequence: acknowledgement }
      : { flags: RST | ACK, sequence: 0, acknowledgement: (sequence + segmentLength(segment)) % 2 ** 32 };
  return [
    tcpPacket(
      { source: ip.destination, destination: ip.source, id: 0, dontFragment: true },
      { sourcePort: destinationPort, destinationPort: sourcePort, window: 0, ...numbers },
    ),
  ];
}

function unreachable(packet: Uint8Array, code: number): readonly Uint8Array[] {
  const error = errorAbout(packet, readIpv4(packet).destination, { type: UNREACHABLE, code });
  return error === undefined ? [] : [error];
}
