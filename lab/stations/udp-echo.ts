import { readUdp, UDP, udpPacket } from '../frames/index.ts';
import { wholeProtocol } from './packet-protocol.ts';
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
    if (wholeProtocol(packet) !== UDP) return [];
    const { ip, sourcePort, destinationPort, payload, isChecksumRight } = readUdp(packet);
    if (destinationPort !== port || !isChecksumRight) return [];
    return [
      udpPacket(
        { source: ip.destination, destination: ip.source, id: ++id & 0xffff },
        { sourcePort: destinationPort, destinationPort: sourcePort, payload: respond(payload) },
      ),
    ];
  };
}
