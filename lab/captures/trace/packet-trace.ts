/** The way of each packet from host to host: crossings, each with the one before it. */
import type { Topology } from '../../index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import type { LinkTransit } from './link-transit.ts';
import type { Observation } from './observation.ts';
import { Received } from './origins.ts';

/** A packet’s crossings in time order; where a host cut it in pieces, those of all pieces. */
export type PacketTrace = readonly Hop[];

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
