/** The order of the places where one packet was seen. */
import type { DecodedPacket } from '../decoded-packet.ts';

/** A packet as one end of a link saw it. */
export interface Seen {
  readonly packet: DecodedPacket;
  /** Whether it left the interface there; else it came in. */
  readonly sent: boolean;
}

/**
 * Compares two places by time. A capture tells microseconds, and a fast machine brings a packet over a link in less: then
 * the one with the higher TTL comes first, of the packet itself or of the outer header around it, and of a link the end
 * that sent it.
 */
export function alongPath(a: Seen, b: Seen): number {
  return (
    a.packet.time - b.packet.time ||
    (b.packet.payload?.ttl ?? 0) - (a.packet.payload?.ttl ?? 0) ||
    (b.packet.ip?.ttl ?? 0) - (a.packet.ip?.ttl ?? 0) ||
    Number(b.sent) - Number(a.sent)
  );
}
