/** Which way replies go and what they say: through the director and rewritten in NAT, past it in DR and TUN. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { differences } from '../../../lab/captures/differences.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { rewritten } from '../../../lab/captures/rewriting.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { Finding } from '../../kit/finding.ts';
import { findingAbout } from '../../kit/finding.ts';
import { article } from '../../kit/requirement.ts';
import type { Evidence } from '../../kit/session/evidence.ts';
import {
  endpointServedAt,
  isClient,
  isReply,
  match,
  replyIdentity,
  requestedEndpoint,
} from '../../kit/session/flows.ts';
import type { Endpoint, ServiceUnderTest } from '../../kit/session/service-under-test.ts';
import type { CheckResult, SessionCase } from '../../kit/session-case.ts';

/** Packets that real servers sent to the client, on the servers' own interfaces. */
function sentByServers(evidence: Evidence): DecodedPacket[] {
  const { service } = evidence;
  return service.servers.flatMap(({ host }) =>
    evidence.sentBy(host, 'eth0').filter(({ ip }) => ip !== undefined && isFromServer(service, ip)),
  );
}

/**
 * Whatever a server sends to the client whose connections are all judged; to other clients, what comes from where a judged
 * service is served.
 */
function isFromServer(service: ServiceUnderTest, ip: IpLayer): boolean {
  if (!ip.hasPorts || !isClient(service, ip.destination)) return false;
  return (
    ip.destination === service.cip || endpointServedAt(service, ip.protocol, ip.sourcePort) !== undefined
  );
}

/** Packets of the services that reached the client. */
function receivedByClient(evidence: Evidence): DecodedPacket[] {
  return evidence.receivedBy('client', 'eth0').filter(({ ip }) => isReply(evidence.service, ip));
}

const natSource: SessionCase = {
  name: 'reply/source',
  title: 'Replies come from the address the client contacted',
  requirement:
    'A reply RIP → CIP leaves the director as VIP → CIP with the service’s port; besides the source only TTL (one less), checksums and MAC addresses differ, and the client sees no packet from a RIP.',
  sources: [article('nat-reply')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  check: (evidence) => {
    const { service } = evidence;
    const rips = new Set<number>(service.servers.map(({ rip }) => rip));
    const fromServers = evidence
      .receivedBy('director', 'eth1')
      .filter(({ ip }) => ip !== undefined && rips.has(ip.source) && isFromServer(service, ip));
    const toClient = evidence
      .sentBy('director', 'eth0')
      .filter(({ ip }) => ip !== undefined && isReplyOrLeak(ip, rips, evidence));
    const { pairs, lost, surplus } = match(fromServers, toClient, replyIdentity);
    const asked = addressesAsked(evidence);
    const findings: Finding[] = [
      ...lost.map((packet) =>
        findingAbout(packet, 'This reply did not leave the director towards the client.'),
      ),
      ...surplus.map((packet) => findingAbout(packet, 'The director sent this reply, but no server did.')),
      ...evidence
        .receivedBy('client', 'eth0')
        .filter(({ ip }) => ip !== undefined && rips.has(ip.source))
        .map((packet) => findingAbout(packet, 'The client sees a real server’s own address.')),
    ];
    for (const { before, after } of pairs) {
      const reply = before.ip as IpLayer;
      const endpoint = endpointServedAt(service, reply.protocol, reply.sourcePort);
      const connection = connectionKey(endpoint, reply.destination, reply.destinationPort);
      const source = { address: asked.get(connection) ?? service.vip, port: endpoint?.port ?? 0 };
      const fields = differences(rewritten(reply, { source }), (after.ip as IpLayer).packet);
      if (fields.length > 0) findings.push(findingAbout(after, 'The reply was rewritten wrongly.', fields));
    }
    return {
      examined: pairs.length + lost.length + surplus.length,
      evidence: `${counted(pairs.length, 'reply', 'replies')}, compared on director eth1 and eth0`,
      findings,
    };
  },
};

function isReplyOrLeak(ip: IpLayer, rips: ReadonlySet<number>, { service }: Evidence): boolean {
  return (rips.has(ip.source) && isFromServer(service, ip)) || isReply(service, ip);
}

/** The address that each connection asked for: with a firewall mark it may be any of many. */
function addressesAsked(evidence: Evidence): ReadonlyMap<string, number> {
  const asked = new Map<string, number>();
  for (const { ip } of evidence.receivedBy('director', evidence.directorPorts.client)) {
    const endpoint = requestedEndpoint(evidence.service, ip);
    if (ip === undefined || endpoint === undefined) continue;
    asked.set(connectionKey(endpoint, ip.source, ip.sourcePort), ip.destination);
  }
  return asked;
}

/** Clients use the same ports for different services. */
function connectionKey(endpoint: Endpoint | undefined, client: number, clientPort: number): string {
  return `${endpoint?.protocol} ${endpoint?.name} ${client} ${clientPort}`;
}

const natPath: SessionCase = {
  name: 'reply/path',
  title: 'NAT’s replies come back through the director',
  requirement:
    'Every reply that the client receives entered the director from a real server and left it towards the client.',
  sources: [article('nat-gateway'), article('nat-reply')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  check: (evidence) => {
    const received = receivedByClient(evidence);
    const passed = match(
      received,
      evidence.sentBy('director', 'eth0').filter(isIpToClient(evidence)),
      replyIdentity,
    );
    return {
      examined: received.length,
      evidence: `${counted(received.length, 'reply', 'replies')} on client eth0, found again on director eth0`,
      findings: passed.lost.map((packet) =>
        findingAbout(packet, 'This reply reached the client past the director.'),
      ),
    };
  },
};

const directSource: SessionCase = {
  name: 'reply/source',
  title: 'Servers answer as the VIP themselves',
  requirement:
    'A reply leaves the real server with the VIP and the service’s port as its source, and reaches the client as it left, but for the TTL of the routers between.',
  sources: [article('dr-reply'), article('tun-reply')],
  modes: modesWhere(({ repliesPassDirector }) => !repliesPassDirector),
  check: (evidence) => {
    const sent = sentByServers(evidence);
    const wrong = sent.filter(({ ip }) => !isReply(evidence.service, ip));
    const { pairs, lost } = match(
      sent.filter(({ ip }) => isReply(evidence.service, ip)),
      receivedByClient(evidence),
      replyIdentity,
    );
    const findings: Finding[] = [
      ...wrong.map((packet) =>
        findingAbout(packet, 'The server answered with another source than VIP and service port.'),
      ),
      ...lost.map((packet) => findingAbout(packet, 'This reply did not reach the client.')),
    ];
    for (const { before, after } of pairs) {
      const fields = differences(rewritten(before.ip as IpLayer, {}), (after.ip as IpLayer).packet);
      if (fields.length > 0) findings.push(findingAbout(after, 'The reply was changed on its way.', fields));
    }
    return {
      examined: sent.length,
      evidence: `${counted(sent.length, 'reply', 'replies')} on the servers’ eth0, found again on client eth0`,
      findings,
    };
  },
};

const directPath: SessionCase = {
  name: 'reply/path',
  title: 'Replies never cross the director',
  requirement:
    'No reply enters or leaves the director: the real servers send them towards the client by another way.',
  sources: [article('dr-reply'), article('tun-reply')],
  modes: modesWhere(({ repliesPassDirector }) => !repliesPassDirector),
  check: (evidence): CheckResult => {
    const received = receivedByClient(evidence);
    const { client } = evidence.directorPorts;
    const throughDirector = [
      ...evidence.receivedBy('director', client),
      ...evidence.sentBy('director', client),
    ].filter(({ ip, inner }) => isReply(evidence.service, inner ?? ip));
    return {
      examined: received.length,
      evidence: `${counted(received.length, 'reply', 'replies')} on client eth0; on director ${client} there were ${throughDirector.length}`,
      findings: throughDirector.map((packet) => findingAbout(packet, 'A reply went through the director.')),
    };
  },
};

function isIpToClient({ service }: Evidence) {
  return ({ ip }: DecodedPacket) => ip?.hasPorts === true && isClient(service, ip.destination);
}

export const replies: readonly SessionCase[] = [natSource, natPath, directSource, directPath];
