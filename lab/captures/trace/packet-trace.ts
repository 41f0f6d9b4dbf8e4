/** The path of each packet from host to host: its transits of links, each with what the sending host had received. */

import { BROADCAST_MAC } from '../../frames/index.ts';
import type { Topology } from '../../index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import type { Observation } from './observation.ts';
import { Received } from './origins.ts';

/** A packet’s transits in time order; where a host cut it in pieces, those of all pieces. */
type PacketTrace = readonly Hop[];

export interface Hop extends LinkTransit {
  /** What the host that sends it had received. */
  readonly origin?: DecodedPacket;
}

/** In the order in which they began. @param observations In time order. */
export function packetTracesOf(
  topology: Topology,
  observations: readonly Observation[],
  transits: readonly LinkTransit[],
): PacketTrace[] {
  const origins = originsOf(topology, observations);
  const traces: Hop[][] = [];
  /** By the packet as it arrived at the last host of the trace so far. */
  const byArrival = new Map<DecodedPacket, Hop[]>();
  for (const transit of transits) {
    const origin = origins.get(transit.packet);
    const known = origin === undefined ? undefined : byArrival.get(origin);
    const trace = known ?? [];
    if (known === undefined) traces.push(trace);
    trace.push(origin === undefined ? transit : { ...transit, origin });
    if (transit.arrived !== undefined) byArrival.set(transit.arrived, trace);
  }
  return traces;
}

/** For each packet that a host sent on, the one that it had received. */
function originsOf(
  topology: Topology,
  observations: readonly Observation[],
): Map<DecodedPacket, DecodedPacket> {
  const forwarders = new Map(
    topology.hosts
      .filter(({ role }) => role === 'director' || role === 'router')
      .map(({ name }) => [name, new Received()]),
  );
  const origins = new Map<DecodedPacket, DecodedPacket>();
  for (const { packet, sent } of observations) {
    const received = forwarders.get(packet.place.host);
    if (!sent) received?.add(packet);
    const origin = sent ? received?.originOf(packet) : undefined;
    if (origin !== undefined) origins.set(packet, origin);
  }
  return origins;
}

/** Stands for the host where a frame came from or went to a MAC address that no host has. */
export const UNKNOWN_HOST = 'nobody';

export interface LinkTransit {
  readonly from: string;
  readonly to: string;
  /** As its sender sent it; as it came in, where the sender’s interface did not show it. */
  readonly packet: DecodedPacket;
  /** As it came in; absent where no host received it. */
  readonly arrived?: DecodedPacket;
}

/** Pairs what left with what came in: the same bytes on the same segment. @param observations In time order. */
export function linkTransitsOf(topology: Topology, observations: readonly Observation[]): LinkTransit[] {
  const owners = new Map(
    topology.hosts.flatMap(({ name, interfaces }) => interfaces.map(({ mac }) => [mac, name])),
  );
  const keyed = observations.map((observation) => ({ ...observation, key: keyOf(observation) }));
  const arrivals = Map.groupBy(
    keyed.filter(({ sent }) => !sent),
    ({ key }) => key,
  );
  const departed = new Set(keyed.filter(({ sent }) => sent).map(({ key }) => key));
  return keyed.flatMap(({ packet, sent, key }) => {
    if (!sent) {
      if (departed.has(key)) return [];
      const from = owners.get(packet.sourceMac) ?? UNKNOWN_HOST;
      return [{ from, to: packet.place.host, packet, arrived: packet }];
    }
    const from = packet.place.host;
    const all = arrivals.get(key) ?? [];
    const arrived = packet.destinationMac === BROADCAST_MAC ? all : all.splice(0, 1);
    if (arrived.length === 0)
      return [{ from, to: owners.get(packet.destinationMac) ?? UNKNOWN_HOST, packet }];
    return arrived.map((one) => ({ from, to: one.packet.place.host, packet, arrived: one.packet }));
  });
}

function keyOf({ packet, segment }: Observation): string {
  const { buffer, byteOffset, length } = packet.bytes;
  return `${segment} ${Buffer.from(buffer, byteOffset, length).toString('latin1')}`;
}
