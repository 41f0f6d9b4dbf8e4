/** The director's own figures against those of the wire. */

import type { CounterValues } from '../../../director/index.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { finding } from '../../kit/finding.ts';
import { kernel } from '../../kit/requirement.ts';
import { connectionsOf } from '../../kit/session/connections.ts';
import type { Evidence } from '../../kit/session/evidence.ts';
import { isRequest, requestIdentity } from '../../kit/session/flows.ts';
import type { SessionCase } from '../../kit/session-case.ts';

const agree: SessionCase = {
  name: 'counters/agree',
  title: 'The director’s counters agree with the wire',
  requirement:
    'Packets, bytes and connections that the director counts, in total and for each server, are those that the captures show.',
  sources: [kernel('statistics: IP bytes without link layer and outer header, §8')],
  modes: ALL_MODES,
  check: (evidence) => {
    const { director, service } = evidence;
    const requests = requestsByServer(evidence);
    const replies = repliesOf(evidence);
    const { connections } = connectionsOf(evidence);
    const everything = { requests: requests.map(({ packet }) => packet), replies, connections };
    const fields = [
      ...differences('', everything, director.totals),
      ...service.servers.flatMap(({ host, rip, ripText }) =>
        differences(
          ` of ${host}`,
          {
            requests: requests.filter(({ server }) => server === host).map(({ packet }) => packet),
            replies: replies.filter(({ ip }) => ip?.source === rip),
            connections: connections.filter(({ server }) => server === host),
          },
          countedFor(evidence, ripText),
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

/** Requests as the director got them, each with the server that its connection was opened on. */
function requestsByServer(evidence: Evidence): { packet: DecodedPacket; server: string | undefined }[] {
  const openings = new Map(
    connectionsOf(evidence).connections.map(({ opening, server }) => [requestIdentity(opening), server]),
  );
  const current = new Map<string, string>();
  return evidence
    .receivedBy('director', evidence.directorPorts.client)
    .filter(({ ip, inner }) => inner === undefined && isRequest(evidence.service, ip))
    .map((packet) => {
      const { protocol, sourcePort } = packet.ip as IpLayer;
      const connection = `${protocol} ${sourcePort}`;
      const opened = openings.get(requestIdentity(packet));
      if (opened !== undefined) current.set(connection, opened);
      return { packet, server: current.get(connection) };
    });
}

/** Only in NAT do replies pass the director. */
function repliesOf(evidence: Evidence): readonly DecodedPacket[] {
  const { service, directorPorts, mode } = evidence;
  if (!MODES[mode].repliesPassDirector) return [];
  const rips = new Set<number>(service.servers.map(({ rip }) => rip));
  return evidence
    .receivedBy('director', directorPorts.server)
    .filter(({ ip }) => ip !== undefined && rips.has(ip.source) && ip.destination === service.cip);
}

function ipBytes(packets: readonly DecodedPacket[]): number {
  return packets.reduce((sum, { ip }) => sum + (ip as IpLayer).totalBytes, 0);
}

/** What the director counted for one server, over all services. */
function countedFor({ director }: Evidence, rip: string): CounterValues {
  return director.services
    .flatMap(({ servers }) => servers)
    .filter(({ address }) => address.startsWith(`${rip}:`))
    .reduce<CounterValues>(
      (total, one) => ({
        connections: total.connections + one.connections,
        inPackets: total.inPackets + one.inPackets,
        outPackets: total.outPackets + one.outPackets,
        inBytes: total.inBytes + one.inBytes,
        outBytes: total.outBytes + one.outBytes,
      }),
      { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 },
    );
}

export const counters: readonly SessionCase[] = [agree];
