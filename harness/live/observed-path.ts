/** The path of one request and of its reply, hop by hop, as the captures show it. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { formatAddress, formatEndpoint } from '../../lab/captures/format.ts';
import type { IpLayer } from '../../lab/captures/ip-layer.ts';
import { alongPath } from '../../lab/captures/trace/path-order.ts';
import { SYN } from '../../lab/frames/index.ts';
import type { Hop } from '../../reports/result.ts';
import { referenceTo } from '../../scenarios/kit/finding.ts';
import { connectionsOf } from '../../scenarios/kit/session/connections.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { replyIdentity, requestIdentity } from '../../scenarios/kit/session/flows.ts';

export interface ObservedPath {
  readonly request: Hop[];
  readonly reply: Hop[];
}

/** Follows the first TCP connection that a server answered: its SYN, and the SYN that came back. */
export function observedPath(evidence: Evidence): ObservedPath {
  for (const { opening, server } of connectionsOf(evidence).connections) {
    const syn = opening.payload as IpLayer;
    if (!syn.isTcp) continue;
    const answer = evidence.sentBy(server, 'eth0').find(({ ip }) => ip !== undefined && answersSyn(ip, syn));
    if (answer === undefined) continue;
    return {
      request: hopsOf(evidence, opening, requestIdentity, syn.source, 'source'),
      reply: hopsOf(evidence, answer, replyIdentity, syn.source, 'destination'),
    };
  }
  return { request: [], reply: [] };
}

function answersSyn(ip: IpLayer, syn: IpLayer): boolean {
  return (
    (ip.tcpFlags & SYN) !== 0 &&
    ip.destination === syn.source &&
    ip.destinationPort === syn.sourcePort &&
    ip.tcpAcknowledgement === (syn.tcpSequence + 1) % 2 ** 32
  );
}

/** Each place where one packet was captured, in time order. */
function hopsOf(
  evidence: Evidence,
  packet: DecodedPacket,
  identity: (packet: DecodedPacket) => string,
  client: number,
  clientEnd: 'source' | 'destination',
): Hop[] {
  const wanted = identity(packet);
  return evidence.captures
    .flatMap(({ packets }) => packets)
    .filter(({ payload }) => payload?.isTcp === true && payload[clientEnd] === client)
    .filter((candidate) => identity(candidate) === wanted && isOwnFrame(evidence, candidate))
    .map((packet) => ({ packet, sent: packet.sourceMac === ownMac(evidence, packet) }))
    .sort(alongPath)
    .map(({ packet: observed }) => hopOf(observed, ownMac(evidence, observed)));
}

/** False for a frame that a switch brought past an interface which it was not for. */
function isOwnFrame(evidence: Evidence, packet: DecodedPacket): boolean {
  const mac = ownMac(evidence, packet);
  return packet.sourceMac === mac || packet.destinationMac === mac;
}

function ownMac(evidence: Evidence, { place }: DecodedPacket): string {
  return evidence.interfaceOf(place.host, place.interface).mac;
}

/** @param ownMac Of the interface on whose link the packet was seen. */
export function hopOf(packet: DecodedPacket, ownMac: string): Hop {
  const { place, ip, inner } = packet;
  const said = (inner ?? ip) as IpLayer;
  return {
    host: place.host,
    interface: place.interface,
    direction: packet.sourceMac === ownMac ? 'out' : 'in',
    source: formatEndpoint(said.source, said.sourcePort),
    destination: formatEndpoint(said.destination, said.destinationPort),
    ...(inner === undefined || ip === undefined
      ? {}
      : { outer: { source: formatAddress(ip.source), destination: formatAddress(ip.destination) } }),
    ttl: said.ttl,
    sourceMac: packet.sourceMac,
    destinationMac: packet.destinationMac,
    packet: referenceTo(packet),
  };
}
