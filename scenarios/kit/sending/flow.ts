/** Packets of one client port to the service, with whatever a case wants to be special about them. */

import {
  ACK,
  type IpFields,
  type Ports,
  PSH,
  pattern,
  SYN,
  type TcpFields,
  tcpPacket,
  type UdpFields,
  udpPacket,
  withTtl,
} from '../../../lab/frames/index.ts';
import { SERVICE_PORT, serverEndpoint } from '../packet-service.ts';
import type { Stage } from '../stage.ts';

export type IpPart = Omit<Partial<IpFields>, 'source' | 'destination'>;
export type TcpPart = Partial<TcpFields>;
export type UdpPart = Partial<UdpFields>;

export const CLIENT_PORT = 40_000;

export interface FlowOptions {
  /** Number of the client’s address; the first unless given. */
  readonly client?: number;
  readonly clientPort?: number;
  readonly servicePort?: number;
}

export interface FlowEnds extends Ports {
  readonly source: string;
  readonly destination: string;
}

/** Makes requests. The TTL asked for is the one with which they arrive at the director. */
export class ClientFlow {
  readonly client: string;
  readonly clientPort: number;
  readonly #vip: string;
  readonly #servicePort: number;
  /** Routers between client and director. */
  readonly #hops: number;

  constructor(stage: Stage, options: FlowOptions = {}) {
    this.client = stage.clientAddress(options.client);
    this.clientPort = options.clientPort ?? CLIENT_PORT;
    this.#vip = stage.vip;
    this.#servicePort = options.servicePort ?? SERVICE_PORT;
    this.#hops = stage.mode === 'nat' ? 0 : 1;
  }

  /** Opens a TCP connection. */
  syn(ip: IpPart = {}, tcp: TcpPart = {}): Uint8Array {
    return tcpPacket(this.#ip(ip), { ...this.#ports(), flags: SYN, ...tcp });
  }

  /** A TCP segment of an open connection: data, unless told otherwise. */
  segment(ip: IpPart = {}, tcp: TcpPart = {}): Uint8Array {
    return tcpPacket(this.#ip(ip), { ...this.#ports(), flags: ACK | PSH, payload: pattern(20), ...tcp });
  }

  datagram(ip: IpPart = {}, udp: UdpPart = {}): Uint8Array {
    return udpPacket(this.#ip(ip), { ...this.#ports(), payload: pattern(20), ...udp });
  }

  /** A segment and a datagram alike. */
  both(ip: IpPart, payload = pattern(20)): Uint8Array[] {
    return [this.segment(ip, { payload }), this.datagram(ip, { payload })];
  }

  /** Where its packets come from and go to. */
  get ends(): FlowEnds {
    return { source: this.client, destination: this.#vip, ...this.#ports() };
  }

  /** One of these packets as it is when it has come to the director. */
  arrived(packet: Uint8Array): Uint8Array {
    return withTtl(packet, (packet[8] as number) - this.#hops);
  }

  #ip(ip: IpPart): IpFields {
    const ttl = Math.min(255, (ip.ttl ?? 64) + this.#hops);
    return { ...ip, ttl, source: this.client, destination: this.#vip };
  }

  #ports() {
    return { sourcePort: this.clientPort, destinationPort: this.#servicePort };
  }
}

/** Makes the replies of a NAT server to such a flow. */
export class ReplyFlow {
  readonly #ends: { readonly source: string; readonly destination: string };
  readonly #ports: { readonly sourcePort: number; readonly destinationPort: number };

  constructor(stage: Stage, flow: ClientFlow, server = 1) {
    const { address, port } = serverEndpoint(stage, server);
    this.#ends = { source: address, destination: flow.client };
    this.#ports = { sourcePort: port, destinationPort: flow.clientPort };
  }

  get ends(): FlowEnds {
    return { ...this.#ends, ...this.#ports };
  }

  segment(ip: IpPart = {}, tcp: TcpPart = {}): Uint8Array {
    const fields = { ...this.#ports, flags: ACK | PSH, payload: pattern(20), ...tcp };
    return tcpPacket({ ...ip, ...this.#ends }, fields);
  }

  datagram(ip: IpPart = {}, udp: UdpPart = {}): Uint8Array {
    return udpPacket({ ...ip, ...this.#ends }, { ...this.#ports, payload: pattern(20), ...udp });
  }

  both(ip: IpPart, payload = pattern(20)): Uint8Array[] {
    return [this.segment(ip, { payload }), this.datagram(ip, { payload })];
  }
}

/**
 * Sends packets in bursts that no queue on the way overflows with. The first goes ahead by itself: it waits wherever a
 * MAC address has to be asked for, and the others find everything known.
 */
export async function send(
  stage: Stage,
  station: { send(packet: Uint8Array): void },
  packets: readonly Uint8Array[],
): Promise<void> {
  let at = 0;
  while (at < packets.length) {
    const size = at === 0 ? 1 : BURST;
    for (const packet of packets.slice(at, at + size)) station.send(packet);
    await stage.settle();
    at += size;
  }
}

const BURST = 200;
