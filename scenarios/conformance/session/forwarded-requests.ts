/** Requests as they reached the director, each with what the director made of it. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { FRAGMENTATION_NEEDED, get16, UNREACHABLE } from '../../../lab/frames/index.ts';
import { MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { Finding } from '../../kit/finding.ts';
import { findingAbout } from '../../kit/finding.ts';
import { decisionsOf } from '../../kit/session/decisions.ts';
import type { Evidence } from '../../kit/session/evidence.ts';
import { endpointServedAt, isClient, isRequest, match, requestIdentity } from '../../kit/session/flows.ts';
import type { ServiceUnderTest } from '../../kit/session/service-under-test.ts';
import type { CheckResult } from '../../kit/session-case.ts';

/** Requests as the director got them, and what it sent towards the servers. */
export function forwarded(evidence: Evidence) {
  const { service, directorPorts } = evidence;
  const requests = evidence
    .receivedBy('director', directorPorts.client)
    .filter(({ inner, ip }) => inner === undefined && isRequest(service, ip));
  const rips = new Set<number>(service.servers.map(({ rip }) => rip));
  const sent = evidence.sentBy('director', directorPorts.server).filter(({ ip, inner }) => {
    if (MODES[evidence.mode].rewritesAddresses) {
      return ip !== undefined && rips.has(ip.destination) && isServed(service, ip);
    }
    return isRequest(service, MODES[evidence.mode].encapsulates ? inner : ip);
  });
  const { pairs, lost, surplus } = match(requests, sent, requestIdentity);
  const refused = refusedRequests(evidence);
  const tooLarge = new Set(lost.filter(({ ip }) => exceedsTunnel(evidence, ip as IpLayer)));
  return {
    pairs,
    surplus,
    tooLarge,
    lost: lost.filter((packet) => !tooLarge.has(packet) && !refused.has(packet)),
  };
}

/** Requests for connections that were rightly given no server, as when all of them have as many as they can hold. */
export function refusedRequests(evidence: Evidence): ReadonlySet<DecodedPacket> {
  const refused = decisionsOf(evidence).filter(
    ({ servers, seen }) => servers.length === 0 && seen === undefined,
  );
  return new Set(refused.map(({ opening }) => opening));
}

/** A request as it goes to a server in NAT. What belongs to no service that is judged is nobody’s surplus. */
function isServed(service: ServiceUnderTest, ip: IpLayer): boolean {
  if (!isClient(service, ip.source)) return false;
  // A request to a wrong port is still one of the client whose connections are all judged.
  return (
    ip.source === service.cip || endpointServedAt(service, ip.protocol, ip.destinationPort) !== undefined
  );
}

const LINK_MTU_BYTES = 1500;
export const OUTER_HEADER_BYTES = 20;
export const TUNNEL_MTU_BYTES = LINK_MTU_BYTES - OUTER_HEADER_BYTES;

/** Such a request is not to be forwarded but answered: see `request/too-large`. */
function exceedsTunnel({ mode }: Evidence, ip: IpLayer): boolean {
  return MODES[mode].encapsulates && ip.dontFragment && ip.totalBytes > TUNNEL_MTU_BYTES;
}

/** Each request that is too large, with the director’s “fragmentation needed”: undefined where there was none. */
export function answersToTooLarge(evidence: Evidence): Map<DecodedPacket, DecodedPacket | undefined> {
  const answers = new Map<number, DecodedPacket>();
  for (const packet of evidence.sentBy('director', evidence.directorPorts.client)) {
    const quoted = packet.ip === undefined ? undefined : quotedId(packet.ip);
    if (quoted !== undefined) answers.set(quoted, packet);
  }
  const { tooLarge } = forwarded(evidence);
  return new Map([...tooLarge].map((request) => [request, answers.get((request.ip as IpLayer).id)]));
}

/** Identification of the packet that a “fragmentation needed” quotes. */
function quotedId(ip: IpLayer): number | undefined {
  if (ip.icmpType !== UNREACHABLE || ip.icmpCode !== FRAGMENTATION_NEEDED) return undefined;
  return get16(ip.icmpQuote, 4);
}

/** Judges each request with the packet that the director made of it. */
export function judgeEach(
  evidence: Evidence,
  judge: (request: DecodedPacket, sent: DecodedPacket) => Finding | undefined,
): CheckResult {
  const { pairs, lost, surplus } = forwarded(evidence);
  const findings = [
    ...lost.map((packet) => findingAbout(packet, 'The director did not send this request on to any server.')),
    ...surplus.map((packet) =>
      findingAbout(packet, 'The director sent this packet, but got no such request.'),
    ),
    ...pairs.flatMap(({ before, after }) => judge(before, after) ?? []),
  ];
  return {
    examined: pairs.length + lost.length + surplus.length,
    evidence: `${counted(pairs.length, 'request')}, compared on director ${evidence.directorPorts.client} and ${evidence.directorPorts.server}`,
    findings,
  };
}

/** What is wrong with a frame’s MAC addresses, if anything. */
export function macFinding(evidence: Evidence, sent: DecodedPacket, nextHopMac: string): Finding | undefined {
  const own = evidence.interfaceOf('director', evidence.directorPorts.server).mac;
  const fields = [
    { field: 'source MAC', expected: own, seen: sent.sourceMac },
    { field: 'destination MAC', expected: nextHopMac, seen: sent.destinationMac },
  ].filter(({ expected, seen }) => expected !== seen);
  return fields.length === 0
    ? undefined
    : findingAbout(sent, 'The frame does not lead to the server.', fields);
}

/** The real server with this address. */
export function serverOf(evidence: Evidence, address: number) {
  return evidence.service.servers.find(({ rip }) => rip === address);
}
