/** A request and what refused it. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { PORT_UNREACHABLE } from '../../../lab/frames/index.ts';
import type { Flow } from './flow.ts';

export interface Refused {
  readonly flow: Flow;
  readonly request: DecodedPacket;
  readonly refusal: DecodedPacket;
}

/** Of ICMP: host, protocol, port unreachable; network, host and communication prohibited. */
export const REFUSING_CODES = [1, 2, PORT_UNREACHABLE, 9, 10, 13];
