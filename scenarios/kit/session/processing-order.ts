/**
 * In which order a director worked on the frames that it got. Where they come in, it is seen only roughly: frames of two
 * interfaces have no order there, and two that come at once may pass each other on a busy machine between the link, where
 * they are captured, and the director. Where they go out it is seen: what a director makes of a frame leaves before it
 * takes up the next one, unless it has to ask for the address of the next hop.
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
  const asked = askingTimes(evidence, ports);
  return ports
    .flatMap((port) => processed(evidence.receivedBy('director', port), port, departures, asked))
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

/** When the director asked for an address (ARP), in ascending order. */
function askingTimes(evidence: Evidence, ports: readonly string[]): number[] {
  return ports
    .flatMap((port) => evidence.sentBy('director', port))
    .filter(({ arp }) => arp !== undefined && !arp.isReply)
    .map(({ time }) => time)
    .sort((a, b) => a - b);
}

/**
 * A frame that left without an address being asked for was worked on when it left. One that had to wait was worked on
 * before the later frames of its interface, so the earliest departure from it on is the nearest bound.
 */
function processed(
  frames: readonly DecodedPacket[],
  port: string,
  departures: ReadonlyMap<DecodedPacket, number>,
  asked: readonly number[],
): ProcessedFrame[] {
  let bound = Number.POSITIVE_INFINITY;
  const result: ProcessedFrame[] = [];
  for (const packet of frames.toReversed()) {
    const departure = departures.get(packet) ?? Number.POSITIVE_INFINITY;
    bound = Math.min(bound, departure);
    const hasWaited = asked.some((time) => time >= packet.time && time <= departure);
    const time = hasWaited || !Number.isFinite(departure) ? bound : departure;
    result.push({ packet, port, time: Number.isFinite(time) ? time : packet.time });
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
