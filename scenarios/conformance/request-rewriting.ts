/** What the director makes of a request: NAT rewrites the destination, DR leaves the packet alone, TUN wraps it. */
import { formatIpv4 } from '../../director/wire/addresses.ts';
import {
  ICMP_HEADER_BYTES,
  ICMP_TYPE,
  icmpCode,
  icmpMtu,
  icmpType,
  UNREACHABLE,
} from '../../director/wire/icmp.ts';
import { ipId, PROTOCOL } from '../../director/wire/ipv4.ts';
import type { DecodedPacket } from '../../harness/captures/decoded-packet.ts';
import { isRequest, match, portOf, requestIdentity } from '../../harness/captures/flows.ts';
import type { IpLayer } from '../../harness/captures/ip-layer.ts';
import { bytesOf, differences, rewritten } from '../../harness/captures/rewriting.ts';
import type { Evidence } from '../../harness/evidence.ts';
import { findingAbout } from '../../harness/finding.ts';
import type { Outcome, Scenario } from '../../harness/scenario.ts';
import type { Finding } from '../../reports/result.ts';

/** Requests as the director got them, and what it sent towards the servers. */
function forwarded(evidence: Evidence) {
  const { service, directorPorts } = evidence;
  const requests = evidence
    .receivedBy('director', directorPorts.client)
    .filter(({ inner, ip }) => inner === undefined && isRequest(service, ip));
  const rips = new Set<number>(service.servers.map(({ rip }) => rip));
  const sent = evidence.sentBy('director', directorPorts.server).filter(({ ip, inner }) => {
    if (evidence.mode === 'nat') return ip?.source === service.cip && rips.has(ip.destination);
    return isRequest(service, evidence.mode === 'tun' ? inner : ip);
  });
  const { pairs, lost, surplus } = match(requests, sent, requestIdentity);
  const tooLarge = new Set(lost.filter(({ ip }) => exceedsTunnel(evidence, ip as IpLayer)));
  return { pairs, surplus, tooLarge, lost: lost.filter((packet) => !tooLarge.has(packet)) };
}

const LINK_MTU_BYTES = 1500;
const OUTER_HEADER_BYTES = 20;
const TUNNEL_MTU_BYTES = LINK_MTU_BYTES - OUTER_HEADER_BYTES;

/** Such a request is not to be forwarded but answered: see `request/too-large`. */
function exceedsTunnel({ mode }: Evidence, ip: IpLayer): boolean {
  return mode === 'tun' && ip.dontFragment && ip.totalBytes > TUNNEL_MTU_BYTES;
}

/** Judges each request with the packet that the director made of it. */
function judgeEach(
  evidence: Evidence,
  judge: (request: DecodedPacket, sent: DecodedPacket) => Finding | undefined,
): Outcome {
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
    evidence: `${pairs.length} requests, compared on director ${evidence.directorPorts.client} and ${evidence.directorPorts.server}`,
    findings,
  };
}

function macFinding(evidence: Evidence, sent: DecodedPacket, nextHopMac: string): Finding | undefined {
  const own = evidence.interfaceOf('director', evidence.directorPorts.server).mac;
  const fields = [
    { field: 'source MAC', expected: own, seen: sent.sourceMac },
    { field: 'destination MAC', expected: nextHopMac, seen: sent.destinationMac },
  ].filter(({ expected, seen }) => expected !== seen);
  return fields.length === 0
    ? undefined
    : findingAbout(sent, 'The frame does not lead to the server.', fields);
}

function serverOf(evidence: Evidence, address: number) {
  return evidence.service.servers.find(({ rip }) => rip === address);
}

const natDestination: Scenario = {
  name: 'request/destination',
  title: 'NAT rewrites the destination, and only that',
  requirement:
    'A request CIP → VIP leaves the director as CIP → RIP with the real server’s port; besides the destination only TTL (one less), checksums and MAC addresses differ.',
  source: 'LVS by NAT; kernel behaviour',
  modes: ['nat'],
  check: (evidence) =>
    judgeEach(evidence, (request, sent) => {
      const before = request.ip as IpLayer;
      const after = sent.ip as IpLayer;
      const server = serverOf(evidence, after.destination);
      const expected = rewritten(before, {
        destination: {
          address: after.destination,
          port: portOf(evidence.service, before.protocol, 'server'),
        },
      });
      const fields = differences(expected, bytesOf(after));
      if (fields.length > 0) return findingAbout(sent, 'The request was rewritten wrongly.', fields);
      return macFinding(evidence, sent, server?.mac ?? 'that of a real server');
    }),
};

const drUntouched: Scenario = {
  name: 'request/untouched',
  title: 'DR leaves the packet as it is',
  requirement:
    'A request leaves the director byte for byte as it came, from the IP addresses up; in the IP header only the TTL is one less and the checksum follows it.',
  source: 'LVS by direct routing; kernel behaviour',
  modes: ['dr'],
  check: (evidence) =>
    judgeEach(evidence, (request, sent) => {
      const fields = differences(rewritten(request.ip as IpLayer, {}), bytesOf(sent.ip as IpLayer));
      return fields.length === 0 ? undefined : findingAbout(sent, 'The packet was changed.', fields);
    }),
};

const drMacs: Scenario = {
  name: 'request/macs',
  title: 'DR changes the frame: from the director to the server',
  requirement:
    'The forwarded frame’s source MAC is the director’s own, its destination MAC that of one of the real servers.',
  source: 'LVS by direct routing; kernel behaviour',
  modes: ['dr'],
  check: (evidence) => {
    const macs = new Set(evidence.service.servers.map(({ mac }) => mac));
    return judgeEach(evidence, (_request, sent) =>
      macFinding(
        evidence,
        sent,
        macs.has(sent.destinationMac) ? sent.destinationMac : [...macs].join(' or '),
      ),
    );
  },
};

const tunInner: Scenario = {
  name: 'request/inner',
  title: 'TUN carries the packet whole',
  requirement:
    'Inside the outer header the request is as it came, CIP → VIP, but for the TTL (one less) and the header checksum.',
  source: 'LVS by IP tunnelling; RFC 2003 §3.1; kernel behaviour',
  modes: ['tun'],
  check: (evidence) =>
    judgeEach(evidence, (request, sent) => {
      const fields = differences(rewritten(request.ip as IpLayer, {}), bytesOf(sent.inner as IpLayer));
      return fields.length === 0 ? undefined : findingAbout(sent, 'The inner packet was changed.', fields);
    }),
};

const ECN_CONGESTION = 3;

const tunOuter: Scenario = {
  name: 'request/outer',
  title: 'TUN’s outer header says DIP → RIP',
  requirement:
    'The outer header is 20 bytes, protocol 4, from the director’s address to a real server’s, with the inner packet’s TTL, DSCP and DF, and identification 0 where DF is set.',
  source: 'RFC 2003 §3.1, RFC 6864 §4.1; kernel behaviour',
  modes: ['tun'],
  check: (evidence) =>
    judgeEach(evidence, (_request, sent) => {
      const outer = sent.ip as IpLayer;
      const inner = sent.inner as IpLayer;
      const { service } = evidence;
      const rip = serverOf(evidence, outer.destination)?.rip ?? service.servers[0]?.rip ?? 0;
      const congested = (inner.tos & ECN_CONGESTION) === ECN_CONGESTION;
      const expectations: [string, number | boolean, number | boolean][] = [
        ['outer source', service.dip, outer.source],
        ['outer destination', rip, outer.destination],
        ['outer header length', OUTER_HEADER_BYTES, outer.l4 - outer.at],
        ['outer total length', inner.totalBytes + OUTER_HEADER_BYTES, outer.totalBytes],
        ['outer TTL', inner.ttl, outer.ttl],
        ['outer TOS', congested ? inner.tos - 1 : inner.tos, outer.tos],
        ['outer don’t fragment', inner.dontFragment, outer.dontFragment],
        ['outer identification', inner.dontFragment ? 0 : outer.id, outer.id],
      ];
      const fields = expectations
        .filter(([, expected, seen]) => expected !== seen)
        .map(([field, expected, seen]) => ({
          field,
          expected: shown(field, expected),
          seen: shown(field, seen),
        }));
      return fields.length === 0 ? undefined : findingAbout(sent, 'The outer header is wrong.', fields);
    }),
};

function shown(field: string, value: number | boolean): string {
  return typeof value === 'number' && /source|destination/.test(field) ? formatIpv4(value) : String(value);
}

export const requestRewriting: readonly Scenario[] = [
  natDestination,
  drUntouched,
  drMacs,
  tunInner,
  tunOuter,
];
