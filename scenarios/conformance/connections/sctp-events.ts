/** Events of SCTP’s states as chunks. */

import type { Client, Service } from '../../kit/service.ts';
import type { StateStep } from '../../models/state-tables.ts';

/** Chunk types by the names that the events have. */
const TYPES: Readonly<Record<string, number>> = {
  d: 0,
  i: 1,
  ia: 2,
  ab: 6,
  s: 7,
  sa: 8,
  err: 9,
  ce: 10,
  ca: 11,
  sc: 14,
};

/** Chunks without a body: only the director looks at them. */
export function chunks(...events: readonly string[]): Uint8Array {
  return Uint8Array.from(events.flatMap((event) => [TYPES[event]!, 0, 0, 4]));
}

/** Sends a step’s chunk: from the client, or from a server, rs1 unless given. @returns The packet. */
export function sendChunk(
  service: Service,
  client: Client,
  { side, event }: StateStep,
  server = 0,
): Uint8Array {
  if (side === 'in') return service.chunk(client, chunks(event));
  return service.chunkReply(server, client, chunks(event));
}
