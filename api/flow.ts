/** A connection of the client to the VIP, as the captures of all links show it. */

import { hopOf } from '../harness/live/observed-path.ts';
import type { DecodedPacket } from '../lab/captures/decoded-packet.ts';
import { addressOf, formatEndpoint } from '../lab/captures/format.ts';
import type { IpLayer } from '../lab/captures/ip-layer.ts';
import type { DecodedCapture } from '../lab/captures/read-capture.ts';
import { alongPath } from '../lab/captures/trace/path-order.ts';
import { ACK, SYN } from '../lab/frames/index.ts';
import type { Topology } from '../lab/index.ts';
import type { Hop } from '../reports/result.ts';
import { identityOf } from '../scenarios/kit/session/flows.ts';

export interface Flow {
  readonly protocol: 'tcp' | 'udp';
  /** The client's address and port, and what it asked for. */
  readonly client: string;
  readonly asked: string;
  /** The real server that the first packet reached; absent if it reached none. */
  readonly server?: string;
  /** The way of the first packet, and of the first that came back: every place where it was seen, in order. */
  readonly request: readonly Hop[];
  readonly reply: readonly Hop[];
  /** Of the network that it was seen in. */
  readonly topology: Topology;
}

/** Every connection that the client began, in the order of their first packets. */
export function flowsOf(captures: readonly DecodedCapture[], topology: Topology): Flow[] {
  const packets = captures.flatMap((capture) => capture.packets).sort((a, b) => a.time - b.time);
  const [client, vip] = [addressOf(topology.cip), addressOf(topology.vip)];
  const known = new Set<string>();
  const flows: Flow[] = [];
  for (const packet of packets) {
    const { ip, place } = packet;
    if (ip === undefined || place.host !== 'client') continue;
    if (ip.source !== client || ip.destination !== vip) continue;
    if (ip.isTcp && (ip.tcpFlags & (SYN | ACK)) !== SYN) continue;
    const key = `${ip.protocol} ${ip.sourcePort} ${ip.destinationPort}`;
    if (known.has(key)) continue;
    known.add(key);
    flows.push(flowOf(ip, packets, topology));
  }
  return flows;
}

function flowOf(first: IpLayer, packets: readonly DecodedPacket[], topology: Topology): Flow {
  const { source: client, sourcePort: port } = first;
  const ofFlow = (end: 'source' | 'destination', wanted?: IpLayer) =>
    packets.filter(({ payload }) => {
      if (payload?.protocol !== first.protocol || payload[end] !== client) return false;
      if ((end === 'source' ? payload.sourcePort : payload.destinationPort) !== port) return false;
      return wanted === undefined || identityOf(payload, client, port) === identityOf(wanted, client, port);
    });
  const request = hopsOf(ofFlow('source', first), topology);
  const answer = ofFlow('destination').find(({ place }) => isServer(topology, place.host))?.payload;
  const reply = answer === undefined ? [] : hopsOf(ofFlow('destination', answer), topology);
  const server = request.findLast(({ host, direction }) => direction === 'in' && isServer(topology, host));
  return {
    protocol: first.isTcp ? 'tcp' : 'udp',
    client: formatEndpoint(client, port),
    asked: formatEndpoint(first.destination, first.destinationPort),
    ...(server === undefined ? {} : { server: server.host }),
    request,
    reply,
    topology,
  };
}

function isServer({ hosts }: Topology, name: string): boolean {
  return hosts.some((host) => host.name === name && host.role === 'server');
}

/** Without frames that a switch brought past an interface which they were not for. */
function hopsOf(packets: readonly DecodedPacket[], { hosts }: Topology): Hop[] {
  return packets
    .flatMap((packet) => {
      const { place, sourceMac, destinationMac } = packet;
      const own = hosts
        .find(({ name }) => name === place.host)
        ?.interfaces.find(({ name }) => name === place.interface)?.mac;
      return own === sourceMac || own === destinationMac ? [{ packet, own, sent: own === sourceMac }] : [];
    })
    .sort(alongPath)
    .map(({ packet, own }) => hopOf(packet, own));
}
