/** Finds the connection that a packet belongs to, from either side. */
import type { Packet } from '../packet.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import type { ConnectionTable } from './table.ts';

/** Port of the key exchange whose UDP connection AH and ESP packets follow (RFC 2408 §2.5.1). */
export const ISAKMP_PORT = 500;

/** The connection of a packet from a client, or -1. */
export function connectionOfRequest(table: ConnectionTable, packet: Packet): number {
  const { protocol, source, destination } = packet;
  if (isKeyed(protocol)) {
    return table.findIncoming(PROTOCOL.udp, source, ISAKMP_PORT, destination, ISAKMP_PORT);
  }
  if (!hasPorts(packet)) return -1;
  return table.findIncoming(protocol, source, packet.sourcePort, destination, packet.destinationPort);
}

/** The connection of a packet from a server, or -1. */
export function connectionOfReply(table: ConnectionTable, packet: Packet): number {
  const { protocol, source, destination } = packet;
  if (isKeyed(protocol)) {
    return table.findOutgoing(PROTOCOL.udp, source, ISAKMP_PORT, destination, ISAKMP_PORT);
  }
  if (!hasPorts(packet)) return -1;
  return table.findOutgoing(protocol, source, packet.sourcePort, destination, packet.destinationPort);
}

/** True for protocols whose packets carry a key's number where others have ports. */
function isKeyed(protocol: number): boolean {
  return protocol === PROTOCOL.esp || protocol === PROTOCOL.ah;
}

function hasPorts({ protocol, l4Bytes }: Packet): boolean {
  return (
    l4Bytes >= 4 && (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp)
  );
}
