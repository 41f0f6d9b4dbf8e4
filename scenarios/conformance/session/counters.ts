/** The director's own figures against those of the wire. */

import type { CounterValues, DirectorSnapshot, ServiceState } from '../../../director/index.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { TCP } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { finding } from '../../kit/finding.ts';
import { kernel } from '../../kit/requirement.ts';
import { connectionsOf } from '../../kit/session/connections.ts';
import { countersWithout, NOTHING_COUNTED } from '../../kit/session/counter-values.ts';
import type { Evidence } from '../../kit/session/evidence.ts';
import { endpointServedAt, isClient, requestedEndpoint, requestIdentity } from '../../kit/session/flows.ts';
import type { Endpoint } from '../../kit/session/service-under-test.ts';
import type { SessionCase } from '../../kit/session-case.ts';
import { answersToTooLarge, refusedRequests } from './forwarded-requests.ts';

const agree: SessionCase = {
  name: 'counters/agree',
  title: 'The director’s counters agree with the wire',
  requirement:
    'Packets, bytes and connections that the director counts, in total and for each server, are those that the captures show.',
  sources: [kernel('statistics: IP bytes without link layer and outer header, §8')],
  modes: ALL_MODES,
  needs: ['end-to-end', 'counters'],
  check: (evidence) => {
    const { director, service } = evidence;
    const requests = requestsByServer(evidence);
    const replies = [...repliesOf(evidence), ...ownErrorsOf(evidence, requests)];
    const { connections } = connectionsOf(evidence);
    const everything = {
      requests: requests.map(({ packet }) => packet),
      replies: replies.map(({ packet }) => packet),
      connections,
    };
    const judged = service.endpoints.map((endpoint) => stateOf(director, endpoint));
    const others = director.services.filter((one) => !judged.includes(one));
    const fields = [
      ...differences('', everything, others.reduce(countersWithout, director.totals)),
      ...service.endpoints.flatMap((endpoint, e) =>
        service.servers.flatMap(({ host, ripText }) =>
          differences(
            ` of ${host} for ${endpoint.name}`,
            {
              requests: requests.flatMap((one) =>
                one.server === host && one.endpoint === endpoint ? [one.packet] : [],
              ),
              replies: replies.flatMap((one) =>
                one.server === host && one.endpoint === endpoint ? [one.packet] : [],
              ),
              connections: connections.filter((one) => one.server === host && one.endpoint === endpoint),
            },
            countedFor(judged[e], ripText),
          ),
        ),
      ),
    ];
    return {
      examined: requests.length + replies.length,
      evidence: `${counted(requests.length, 'packet')} in, ${replies.length} out, ${counted(connections.length, 'connection')}`,
      findings: fields.length === 0 ? [] : [finding('Counters differ from the captures.', fields)],
    };
  },
};

/** What the director says of a service; undefined if it does not know it. */
function stateOf({ services }: DirectorSnapshot, endpoint: Endpoint): ServiceState | undefined {
  const protocol = endpoint.isByMark === true ? 'FWM' : endpoint.protocol === TCP ? 'TCP' : 'UDP';
  return services.find((one) => one.protocol === protocol && one.address === endpoint.name);
}

interface OnWire {
  readonly requests: readonly DecodedPacket[];
  readonly replies: readonly DecodedPacket[];
  readonly connections: readonly unknown[];
}

function differences(whose: string, { requests, replies, connections }: OnWire, counted: CounterValues) {
  const expectations: [string, number, number][] = [
    ['packets in', requests.length, counted.inPackets],
    ['bytes in', ipBytes(requests), counted.inBytes],
    ['packets out', replies.length, counted.outPackets],
    ['bytes out', ipBytes(replies), counted.outBytes],
    ['connections', connections.length, counted.connections],
  ];
  return expectations
    .filter(([, onWire, seen]) => onWire !== seen)
    .map(([what, onWire, seen]) => ({ field: what + whose, expected: String(onWire), seen: String(seen) }));
}

interface JudgedPacket {
  readonly packet: DecodedPacket;
  readonly endpoint: Endpoint;
  /** Of its connection, where one is known. */
  readonly server: string | undefined;
}

/** Requests as the director got them, each with the server that its connection was opened on. */
function requestsByServer(evidence: Evidence): JudgedPacket[] {
  const openings = new Map(
    connectionsOf(evidence).connections.map(({ opening, server }) => [requestIdentity(opening), server]),
  );
  const current = new Map<string, string>();
  // What the director gives to nobody it does not count.
  const refused = refusedRequests(evidence);
  return evidence.receivedBy('director', evidence.directorPorts.client).flatMap((packet) => {
    const endpoint = packet.inner === undefined ? requestedEndpoint(evidence.service, packet.ip) : undefined;
    if (endpoint === undefined || refused.has(packet)) return [];
    const { source, sourcePort } = packet.ip as IpLayer;
    const connection = `${endpoint.protocol} ${endpoint.name} ${source} ${sourcePort}`;
    const opened = openings.get(requestIdentity(packet));
    if (opened !== undefined) current.set(connection, opened);
    return [{ packet, endpoint, server: current.get(connection) }];
  });
}

/** Only in NAT do replies pass the director. */
function repliesOf(evidence: Evidence): JudgedPacket[] {
  const { service, directorPorts, mode } = evidence;
  if (!MODES[mode].repliesPassDirector) return [];
  const hosts = new Map<number, string>(service.servers.map(({ rip, host }) => [rip, host]));
  return evidence.receivedBy('director', directorPorts.server).flatMap((packet) => {
    const { ip } = packet;
    const server = ip === undefined ? undefined : hosts.get(ip.source);
    if (ip === undefined || server === undefined || !isClient(service, ip.destination)) return [];
    const endpoint = endpointServedAt(service, ip.protocol, ip.sourcePort);
    return endpoint === undefined ? [] : [{ packet, endpoint, server }];
  });
}

/** What the director itself tells clients counts as output of the connection, where the packet that it quotes is not rewritten. */
function ownErrorsOf(evidence: Evidence, requests: readonly JudgedPacket[]): JudgedPacket[] {
  if (MODES[evidence.mode].rewritesAddresses) return [];
  const answers = answersToTooLarge(evidence);
  return requests.flatMap((request) => {
    const answer = answers.get(request.packet);
    return answer === undefined ? [] : [{ ...request, packet: answer }];
  });
}

function ipBytes(packets: readonly DecodedPacket[]): number {
  return packets.reduce((sum, { ip }) => sum + (ip as IpLayer).totalBytes, 0);
}

/** What the director counted for one server of a service. */
function countedFor(service: ServiceState | undefined, rip: string): CounterValues {
  return service?.servers.find(({ address }) => address.startsWith(`${rip}:`)) ?? NOTHING_COUNTED;
}

export const counters: readonly SessionCase[] = [agree];
