/** Which captured packets belong to the services under test, and how to know one again on another link. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { MODES } from '../../../lab/modes.ts';
import type { Evidence } from './evidence.ts';
import type { Endpoint, ServiceUnderTest } from './service-under-test.ts';

export function isClient({ cip, isOtherClient }: ServiceUnderTest, address: number): boolean {
  return address === cip || isOtherClient?.(address) === true;
}

/** The service that a client’s packet asks for, as the packet says before it reaches the director. */
export function requestedEndpoint(service: ServiceUnderTest, ip: IpLayer | undefined): Endpoint | undefined {
  if (ip === undefined || !isClient(service, ip.source)) return undefined;
  return endpointAt(service, ip.protocol, ip.destination, ip.destinationPort);
}

/** A client's packet to one of the services, as it says before it reaches the director. */
export function isRequest(service: ServiceUnderTest, ip: IpLayer | undefined): ip is IpLayer {
  return requestedEndpoint(service, ip) !== undefined;
}

/** A packet of a service to a client, as the client must see it. */
export function isReply(service: ServiceUnderTest, ip: IpLayer | undefined): ip is IpLayer {
  if (ip === undefined || !isClient(service, ip.destination)) return false;
  return endpointAt(service, ip.protocol, ip.source, ip.sourcePort) !== undefined;
}

function endpointAt(
  { endpoints }: ServiceUnderTest,
  protocol: number,
  address: number,
  port: number,
): Endpoint | undefined {
  return endpoints.find((one) => one.protocol === protocol && one.port === port && one.isAddress(address));
}

/** The service whose servers listen on this port. */
export function endpointServedAt(
  { endpoints }: ServiceUnderTest,
  protocol: number,
  serverPort: number,
): Endpoint | undefined {
  return endpoints.find((one) => one.protocol === protocol && one.serverPort === serverPort);
}

/** The service that a request on a server’s link belongs to: in NAT it asks for the server’s own address there. */
export function endpointAtServer(
  { mode, service }: Pick<Evidence, 'mode' | 'service'>,
  ip: IpLayer,
): Endpoint | undefined {
  return MODES[mode].rewritesAddresses
    ? endpointServedAt(service, ip.protocol, ip.destinationPort)
    : requestedEndpoint(service, ip);
}

/**
 * What a packet keeps on its whole way, whatever is rewritten: protocol, the client's address and port, IP
 * identification, length and, for TCP, sequence, acknowledgement and flags.
 */
export function identityOf(ip: IpLayer, client: number, clientPort: number): string {
  return `${ip.protocol} ${client} ${clientPort} ${ip.id} ${ip.totalBytes} ${ip.tcpSequence} ${ip.tcpAcknowledgement} ${ip.tcpFlags}`;
}

export interface Matched {
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
  return identityOf(ip, ip.source, ip.sourcePort);
}

/** Identity of a packet to the client: its port is the destination port. */
export function replyIdentity(packet: DecodedPacket): string {
  const ip = packet.payload as IpLayer;
  return identityOf(ip, ip.destination, ip.destinationPort);
}
