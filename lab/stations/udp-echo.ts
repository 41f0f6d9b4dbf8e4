import { udpOf, udpPacket } from '../frames/index.ts';
import type { Responder } from './station.ts';

export interface UdpEchoOptions {
  readonly port: number;
  /** What to answer to a datagram’s payload; itself unless given. */
  readonly respond?: (payload: Uint8Array) => Uint8Array;
}

/** Answers datagrams to a port from the address and port that they were sent to, numbered 1, 2, … by IP identification. */
export function udpEcho({ port, respond = (payload) => payload }: UdpEchoOptions): Responder {
  let id = 0;
  return (packet) => {
    const datagram = udpOf(packet);
    if (datagram?.destinationPort !== port || !datagram.isChecksumRight) return [];
    const { ip, sourcePort, payload } = datagram;
    return [
      udpPacket(
        { source: ip.destination, destination: ip.source, id: ++id & 0xffff },
        { sourcePort: port, destinationPort: sourcePort, payload: respond(payload) },
      ),
    ];
  };
}
