import type { Responder } from './station.ts';

/** One responder of several, each of which answers what is its own, such as a TCP and a UDP port. */
export function together(...responders: readonly Responder[]): Responder {
  return (packet) => responders.flatMap((responder) => responder(packet));
}
