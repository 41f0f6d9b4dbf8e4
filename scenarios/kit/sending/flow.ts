/** Packets in one direction between two endpoints, with whatever a case wants to be special about them. */

import {
  ACK,
  type IpFields,
  type Ports,
  PSH,
  pattern,
  SYN,
  sctpPacket,
  type TcpFields,
  tcpPacket,
  type UdpFields,
  udpPacket,
  withTtl,
} from '../../../lab/frames/index.ts';

export type IpPart = Omit<Partial<IpFields>, 'source' | 'destination'>;
export type TcpPart = Partial<TcpFields>;
type UdpPart = Partial<UdpFields>;

export interface FlowEnds extends Ports {
  readonly source: string;
  readonly destination: string;
}

export class Flow {
  /** Where the packets come from and go to. */
  readonly ends: FlowEnds;
  readonly #addresses: Pick<FlowEnds, 'source' | 'destination'>;
  readonly #ports: Ports;
  /** Routers between the sender and the director. */
  readonly #hops: number;

  /** @param hops Routers on the way to the director: added to the TTL asked for, so that packets arrive with that. */
  constructor({ source, destination, sourcePort, destinationPort }: FlowEnds, hops = 0) {
    this.#addresses = { source, destination };
    this.#ports = { sourcePort, destinationPort };
    this.ends = { ...this.#addresses, ...this.#ports };
    this.#hops = hops;
  }

  /** Opens a TCP connection. */
  syn(ip: IpPart = {}, tcp: TcpPart = {}): Uint8Array {
    return tcpPacket(this.#ip(ip), { ...this.#ports, flags: SYN, ...tcp });
  }

  /** A TCP segment of an open connection: data unless told otherwise. */
  segment(ip: IpPart = {}, tcp: TcpPart = {}): Uint8Array {
    return tcpPacket(this.#ip(ip), { ...this.#ports, flags: ACK | PSH, payload: pattern(20), ...tcp });
  }

  datagram(ip: IpPart = {}, udp: UdpPart = {}): Uint8Array {
    return udpPacket(this.#ip(ip), { ...this.#ports, payload: pattern(20), ...udp });
  }

  /** An SCTP packet with these chunks. */
  sctp(chunks: Uint8Array, ip: IpPart = {}): Uint8Array {
    return sctpPacket(this.#ip(ip), this.#ports, chunks);
  }

  /** A segment and a datagram alike. */
  both(ip: IpPart, payload = pattern(20)): Uint8Array[] {
    return [this.segment(ip, { payload }), this.datagram(ip, { payload })];
  }

  /** One of these packets as it reaches the director. */
  arrived(packet: Uint8Array): Uint8Array {
    return withTtl(packet, (packet[8] as number) - this.#hops);
  }

  #ip(ip: IpPart): IpFields {
    const ttl = Math.min(255, (ip.ttl ?? 64) + this.#hops);
    return { ...ip, ttl, ...this.#addresses };
  }
}
