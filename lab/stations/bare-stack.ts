/** A host’s own stack on which no program listens. */
import {
  ACK,
  ECHO_REPLY,
  ECHO_REQUEST,
  ICMP,
  type IcmpMessage,
  type Ipv4,
  icmpOf,
  icmpPacket,
  isFragment,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
  RST,
  readIpv4,
  segmentLength,
  TCP,
  type TcpSegment,
  tcpOf,
  tcpPacket,
  UDP,
  UNREACHABLE,
  udpOf,
} from '../frames/index.ts';
import { errorAbout } from './router-errors.ts';
import type { Responder } from './station.ts';

/**
 * Answers echo requests (RFC 792), resets TCP connections that nobody has (RFC 9293 §3.10.7.1), and says of what else
 * it gets that no port or protocol is there (RFC 1122 §3.2.2.1). What comes with a wrong checksum is not answered.
 */
export const bareStack: Responder = (packet) => {
  const ip = readIpv4(packet);
  if (isFragment(ip)) return [];
  switch (ip.protocol) {
    case ICMP:
      return echo(icmpOf(packet));
    case TCP:
      return reset(tcpOf(packet));
    case UDP:
      return udpOf(packet)?.isChecksumRight ? unreachable(packet, ip, PORT_UNREACHABLE) : [];
    default:
      return unreachable(packet, ip, PROTOCOL_UNREACHABLE);
  }
};

function echo(message: IcmpMessage | undefined): readonly Uint8Array[] {
  if (message?.type !== ECHO_REQUEST || !message.isChecksumRight) return [];
  const { rest, body } = message;
  const { source, destination, tos } = message.ip;
  return [icmpPacket({ source: destination, destination: source, tos }, { type: ECHO_REPLY, rest, body })];
}

function reset(segment: TcpSegment | undefined): readonly Uint8Array[] {
  if (segment === undefined || segment.flags & RST || !segment.isChecksumRight) return [];
  const { ip, sourcePort, destinationPort, flags, sequence, acknowledgement } = segment;
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

function unreachable(packet: Uint8Array, ip: Ipv4, code: number): readonly Uint8Array[] {
  const error = errorAbout(packet, ip.destination, { type: UNREACHABLE, code });
  return error === undefined ? [] : [error];
}
