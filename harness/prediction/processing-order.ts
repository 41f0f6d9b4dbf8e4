/**
 * In which order a director worked on the frames that it got. Each interface's capture is in order, but which of two
 * interfaces it looked at first is not to be seen where frames come in. It is where they go out: what a director makes
 * of one batch leaves before it takes up the next.
 */
import type { DecodedPacket } from '../captures/decoded-packet.ts';
import { identityOf, match } from '../captures/flows.ts';
import type { Evidence } from '../evidence.ts';

export interface ProcessedFrame {
  readonly packet: DecodedPacket;
  /** Name of the interface that it came in on. */
  readonly port: string;
  /** Seconds since the epoch: when it left again, or, if it did not, when it came. */
  readonly time: number;
}

export function framesInProcessingOrder(evidence: Evidence): ProcessedFrame[] {
  const director = evidence.topology.hosts.find(({ role }) => role === 'director');
  const ports = director?.interfaces.map(({ name }) => name) ?? [];
  const received = ports.flatMap((port) => evidence.receivedBy('director', port));
  const sent = ports.flatMap((port) => evidence.sentBy('director', port));
  const identity = (packet: DecodedPacket) => identityOfEither(evidence, packet);
  const departures = new Map(
    match(
      received.filter(({ payload }) => payload?.hasPorts === true),
      sent.filter(({ payload }) => payload?.hasPorts === true),
      identity,
    ).pairs.map(({ before, after }) => [before, after.time]),
  );
  return received
    .map((packet) => ({
      packet,
      port: packet.place.interface,
      time: departures.get(packet) ?? packet.time,
    }))
    .sort((a, b) => a.time - b.time || a.packet.time - b.packet.time);
}

/** Identity of a packet from or to the client. */
function identityOfEither({ service }: Evidence, { payload }: DecodedPacket): string {
  if (payload === undefined) return '';
  const fromClient = payload.source === service.cip;
  const way = fromClient ? 'request' : 'reply';
  return `${way} ${identityOf(payload, fromClient ? payload.sourcePort : payload.destinationPort)}`;
}
