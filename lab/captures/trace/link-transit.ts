/** A frame’s way over one segment: the interface that it left, and the one at which it came in. */
import { BROADCAST_MAC } from '../../frames/index.ts';
import type { Topology } from '../../index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import type { Observation } from './observation.ts';

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
