/** Connections as the real servers saw them arrive, put in order over all servers. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { SYN } from '../../../lab/frames/index.ts';
import type { Evidence } from './evidence.ts';
import { endpointAtServer, isClient } from './flows.ts';
import type { Endpoint } from './service-under-test.ts';

export interface ObservedConnection {
  readonly protocol: number;
  readonly endpoint: Endpoint;
  /** The real server that it went to. */
  readonly server: string;
  /** Its first packet. */
  readonly opening: DecodedPacket;
}

interface ObservedConnections {
  /** In the order in which they began. */
  readonly connections: readonly ObservedConnection[];
  /** Packets that reached another server than the one their connection began on. */
  readonly strays: readonly { readonly packet: DecodedPacket; readonly home: string }[];
}

const cache = new WeakMap<Evidence, ObservedConnections>();

export function connectionsOf(evidence: Evidence): ObservedConnections {
  const known = cache.get(evidence);
  if (known !== undefined) return known;
  const found = observe(evidence);
  cache.set(evidence, found);
  return found;
}

/** Packets of clients on the servers' interfaces, in time order. */
function requestsAtServers(
  evidence: Evidence,
): { readonly packet: DecodedPacket; readonly server: string; readonly endpoint: Endpoint }[] {
  const { service } = evidence;
  return service.servers
    .flatMap(({ host }) =>
      evidence
        .receivedBy(host, 'eth0')
        .filter(({ payload }) => payload?.hasPorts === true && isClient(service, payload.source))
        .flatMap((packet) => {
          const endpoint = endpointAtServer(evidence, packet.payload as IpLayer);
          return endpoint === undefined ? [] : [{ packet, server: host, endpoint }];
        }),
    )
    .sort((a, b) => a.packet.time - b.packet.time);
}

function observe(evidence: Evidence): ObservedConnections {
  const connections: ObservedConnection[] = [];
  const strays: { packet: DecodedPacket; home: string }[] = [];
  const current = new Map<string, { connection: ObservedConnection; sequence: number }>();
  for (const { packet, server, endpoint } of requestsAtServers(evidence)) {
    const ip = packet.payload as IpLayer;
    const key = `${endpoint.name} ${ip.protocol} ${ip.source} ${ip.sourcePort}`;
    const before = current.get(key);
    const isSyn = (ip.tcpFlags & SYN) !== 0;
    // A SYN that was sent again has the same sequence number; a new connection from the same port has another.
    const isNew = before === undefined || (isSyn && ip.tcpSequence !== before.sequence);
    if (isNew) {
      const connection = { protocol: ip.protocol, endpoint, server, opening: packet };
      connections.push(connection);
      current.set(key, { connection, sequence: ip.tcpSequence });
    } else if (before.connection.server !== server) {
      strays.push({ packet, home: before.connection.server });
    }
  }
  return { connections, strays };
}
