/** Events of TCP’s states as segments. */

import type { Client, Service } from '../../kit/service.ts';
import type { StateStep } from '../../models/state-tables.ts';

/** In the order in which they count: a segment with RST and ACK is a RST. */
const EVENTS: readonly (readonly [event: string, letter: string, segment: string])[] = [
  ['rst', 'R', 'R'],
  ['syn', 'S', 'S'],
  ['fin', 'F', 'FA'],
  ['ack', 'A', 'A'],
];

/** The event that a segment’s flags are. */
export function eventOf(flags: string): string {
  return EVENTS.find(([, letter]) => flags.includes(letter))?.[0] ?? 'none';
}

/** Sends a step’s segment: from the client, or from a server, rs1 unless given. @returns The packet. */
export function sendSegment(
  service: Service,
  client: Client,
  { side, event }: StateStep,
  server = 0,
): Uint8Array {
  const flags = EVENTS.find(([name]) => name === event)?.[2] ?? 'N';
  return side === 'in' ? service.segment(client, flags) : service.reply(server, client, flags);
}
