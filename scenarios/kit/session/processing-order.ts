/**
 * In which order a director worked on the frames that it got. Those of one interface it takes in the order in which they
 * came. Between two interfaces the order is not to be seen where frames come in, but where they go out: what a director
 * makes of one batch leaves before it takes up the next.
 */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { Evidence } from './evidence.ts';
import { identityOf, isClient, match } from './flows.ts';

export interface ProcessedFrame {
  readonly packet: DecodedPacket;
  /** Name of the interface that it came in on. */
  readonly port: string;
  /** Seconds since the epoch, not before the frame was worked on. */
  readonly time: number;
}

export function framesInProcessingOrder(evidence: Evidence): ProcessedFrame[] {
  const director = evidence.topology.hosts.find(({ role }) => role === 'director');
  const ports = director?.interfaces.map(({ name }) => name) ?? [];
  const departures = departureTimes(evidence, ports);
  return ports
    .flatMap((port) => processed(evidence.receivedBy('director', port), port, departures))
    .sort((a, b) => a.time - b.time || a.packet.time - b.packet.time);
}

/** When each frame that was sent on left again. */
function departureTimes(evidence: Evidence, ports: readonly string[]): Map<DecodedPacket, number> {
  const hasPorts = ({ payload }: DecodedPacket) => payload?.hasPorts === true;
  const { pairs } = match(
    ports.flatMap((port) => evidence.receivedBy('director', port)).filter(hasPorts),
    ports.flatMap((port) => evidence.sentBy('director', port)).filter(hasPorts),
    (packet) => identityOfEither(evidence, packet),
  );
  return new Map(pairs.map(({ before, after }) => [before, after.time]));
}

/**
 * A frame may leave long after it was worked on, when it had to wait for its next hop's address. But it was worked on
 * before every later frame of its interface, so the earliest departure from it on is the nearest bound.
 */
function processed(
  frames: readonly DecodedPacket[],
  port: string,
  departures: ReadonlyMap<DecodedPacket, number>,
): ProcessedFrame[] {
  let bound = Number.POSITIVE_INFINITY;
  const result: ProcessedFrame[] = [];
  for (const packet of frames.toReversed()) {
    bound = Math.min(bound, departures.get(packet) ?? Number.POSITIVE_INFINITY);
    result.push({ packet, port, time: Number.isFinite(bound) ? bound : packet.time });
  }
  return result.reverse();
}

/** Identity of a packet from or to the client. */
function identityOfEither({ service }: Evidence, { payload }: DecodedPacket): string {
  if (payload === undefined) return '';
  return isClient(service, payload.source)
    ? `request ${identityOf(payload, payload.source, payload.sourcePort)}`
    : `reply ${identityOf(payload, payload.destination, payload.destinationPort)}`;
}
