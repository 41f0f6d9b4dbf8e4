/** The path of each packet from host to host: its transits of links, each with what the sending host had received. */

import { BROADCAST_MAC } from '../../frames/index.ts';
import type { Topology } from '../../index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import type { Observation } from './observation.ts';
import { Received } from './origins.ts';

/** A packet’s crossings in time order; where a host cut it in pieces, those of all pieces. */
type PacketTrace = readonly Hop[];

export interface Hop extends LinkTransit {
  /** What the host that sends it had received. */
  readonly origin?: DecodedPacket;
}

/** In the order in which they began. @param sightings In time order. */
export function packetTracesOf(
  topology: Topology,
  sightings: readonly Observation[],
  crossings: readonly LinkTransit[],
): PacketTrace[] {
  const origins = originsOf(topology, sightings);
  const journeys: Hop[][] = [];
  /** By the packet as it came in at the host that the journey has led to. */
  const led = new Map<DecodedPacket, Hop[]>();
  for (const crossing of crossings) {
    const origin = origins.get(crossing.packet);
    const known = origin === undefined ? undefined : led.get(origin);
    const journey = known ?? [];
    if (known === undefined) journeys.push(journey);
    journey.push(origin === undefined ? crossing : { ...crossing, origin });
    if (crossing.arrived !== undefined) led.set(crossing.arrived, journey);
  }
  return journeys;
}

/** For each packet that a host sent on, the one that it had received. */
function originsOf(topology: Topology, sightings: readonly Observation[]): Map<DecodedPacket, DecodedPacket> {
  const forwarders = new Map(
    topology.hosts
      .filter(({ role }) => role === 'director' || role === 'router')
      .map(({ name }) => [name, new Received()]),
  );
  const origins = new Map<DecodedPacket, DecodedPacket>();
  for (const { packet, sent } of sightings) {
    const received = forwarders.get(packet.place.host);
    if (!sent) received?.add(packet);
    const origin = sent ? received?.originOf(packet) : undefined;
    if (origin !== undefined) origins.set(packet, origin);
  }
  return origins;
}

/** Stands for a host where a frame went to nobody, or came from nobody. */
export const UNKNOWN_HOST = 'nobody';

export interface LinkTransit {
  readonly from: string;
  readonly to: string;
  /** As its sender sent it; as it came in, where the sender’s interface did not show it. */
  readonly packet: DecodedPacket;
  /** As it came in; absent where it came to nobody. */
  readonly arrived?: DecodedPacket;
}

/** Pairs what left with what came in: the same bytes on the same segment. @param sightings In time order. */
export function linkTransitsOf(topology: Topology, sightings: readonly Observation[]): LinkTransit[] {
  const owners = new Map(
    topology.hosts.flatMap(({ name, interfaces }) => interfaces.map(({ mac }) => [mac, name])),
  );
  const arrivals = Map.groupBy(
    sightings.filter(({ sent }) => !sent),
    keyOf,
  );
  const departures = new Set(sightings.filter(({ sent }) => sent).map(keyOf));
  return sightings.flatMap((sighting) => {
    const { packet, sent } = sighting;
    const key = keyOf(sighting);
    if (!sent) {
      if (departures.has(key)) return [];
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
  return `${segment} ${Buffer.from(packet.bytes).toString('latin1')}`;
}
