/** Which captured packets belong to the services under test, and how to know one again on another link. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { TCP, UDP } from '../../../lab/frames/index.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

/** A client's packet to one of the services, as it says before it reaches the director. */
export function isRequest(service: ServiceUnderTest, ip: IpLayer | undefined): ip is IpLayer {
  if (ip === undefined || ip.source !== service.cip || ip.destination !== service.vip) return false;
  return ip.destinationPort === portOf(service, ip.protocol, 'virtual');
}

/** A packet of a service to the client, as the client must see it. */
export function isReply(service: ServiceUnderTest, ip: IpLayer | undefined): ip is IpLayer {
  if (ip === undefined || ip.destination !== service.cip || ip.source !== service.vip) return false;
  return ip.sourcePort === portOf(service, ip.protocol, 'virtual');
}

/** The port of the HTTP or UDP service: on the VIP, or where the servers listen. */
export function portOf(service: ServiceUnderTest, protocol: number, side: 'virtual' | 'server'): number {
  if (protocol === TCP) return side === 'virtual' ? service.httpPort : service.httpServerPort;
  if (protocol === UDP) return side === 'virtual' ? service.udpPort : service.udpServerPort;
  return -1;
}

/**
 * What a packet keeps on its whole way, whatever is rewritten: protocol, the client's port, IP identification, length
 * and, for TCP, sequence, acknowledgement and flags.
 */
export function identityOf(ip: IpLayer, clientPort: number): string {
  return `${ip.protocol} ${clientPort} ${ip.id} ${ip.totalBytes} ${ip.tcpSequence} ${ip.tcpAcknowledgement} ${ip.tcpFlags}`;
}

interface Matched {
  readonly before: DecodedPacket;
  readonly after: DecodedPacket;
}

interface Matching {
  readonly pairs: readonly Matched[];
  /** Packets that were not seen again. */
  readonly lost: readonly DecodedPacket[];
  /** Packets that came from nowhere. */
  readonly surplus: readonly DecodedPacket[];
}

/** Finds each packet again on another link. Alike packets are paired in the order in which they were seen. */
export function match(
  before: readonly DecodedPacket[],
  after: readonly DecodedPacket[],
  identity: (packet: DecodedPacket) => string,
): Matching {
  const waiting = new Map<string, DecodedPacket[]>();
  for (const packet of after) {
    const key = identity(packet);
    const queue = waiting.get(key);
    if (queue === undefined) waiting.set(key, [packet]);
    else queue.push(packet);
  }
  const pairs: Matched[] = [];
  const lost: DecodedPacket[] = [];
  for (const packet of before) {
    const again = waiting.get(identity(packet))?.shift();
    if (again === undefined) lost.push(packet);
    else pairs.push({ before: packet, after: again });
  }
  return { pairs, lost, surplus: [...waiting.values()].flat() };
}

/** Identity of a packet from the client: its port is the source port. */
export function requestIdentity(packet: DecodedPacket): string {
  const ip = packet.payload as IpLayer;
  return identityOf(ip, ip.sourcePort);
}

/** Identity of a packet to the client: its port is the destination port. */
export function replyIdentity(packet: DecodedPacket): string {
  const ip = packet.payload as IpLayer;
  return identityOf(ip, ip.destinationPort);
}
