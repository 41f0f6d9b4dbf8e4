/**
 * The part of a director that decides, without frames: the core's own services, schedulers, connection table and state
 * machines, told segment by segment what clients and servers send. It sees of a connection what a director in its mode
 * sees, so it decides as one does that runs, at millions of connections a minute.
 */
import {
  ConnectionOpener,
  type Core,
  type Destination,
  type DirectorState,
  Packet,
  TCP_MIN_HEADER_BYTES,
  type VirtualService,
} from '../../../director/index.ts';

/** Offset of a TCP header's flags. */
const FLAGS = 13;

/** Addresses are signed 32-bit integers. */
export interface BalancedFlow {
  protocol: number;
  source: number;
  sourcePort: number;
  destination: number;
  destinationPort: number;
}

export class Balancer {
  readonly state: DirectorState;
  readonly #opener: ConnectionOpener;
  readonly #packet = new Packet();

  /** @param core Its own state is used, and it may be used itself meanwhile. */
  constructor(core: Core) {
    this.state = core.state;
    const { connections, services, settings } = core.state;
    this.#opener = new ConnectionOpener(connections, services, settings);
    this.#packet.bytes = new Uint8Array(TCP_MIN_HEADER_BYTES);
    this.#packet.l4Bytes = TCP_MIN_HEADER_BYTES;
  }

  /**
   * The first packet of a connection: schedules it.
   * @param flags Of TCP; of no meaning for other protocols.
   * @returns the row of the connection, or NO_SERVER or TABLE_FULL.
   */
  open(flow: BalancedFlow, service: VirtualService, flags: number, nowMs: number): number {
    const packet = this.#packet;
    packet.protocol = flow.protocol;
    packet.source = flow.source;
    packet.sourcePort = flow.sourcePort;
    packet.destination = flow.destination;
    packet.destinationPort = flow.destinationPort;
    const row = this.#opener.open(packet, service, nowMs);
    if (row >= 0) this.fromClient(row, flow.protocol, flags, nowMs);
    return row;
  }

  /** A packet of the client that reaches the director, as all of them do. */
  fromClient(row: number, protocol: number, flags: number, nowMs: number): void {
    this.state.connections.input(row, this.#segment(protocol, flags), nowMs);
    this.state.connections.finish(row);
  }

  /** A packet of the server that passes the director: in NAT. */
  fromServer(row: number, protocol: number, flags: number, nowMs: number): void {
    this.state.connections.output(row, this.#segment(protocol, flags), nowMs);
  }

  /** Which server a connection has; its number says which one of all that were ever added. */
  serverOf(row: number): Destination {
    const { connections, services } = this.state;
    return services.destination(connections.table.destination[row] as number) as Destination;
  }

  #segment(protocol: number, flags: number): Packet {
    const packet = this.#packet;
    packet.protocol = protocol;
    packet.bytes[FLAGS] = flags;
    return packet;
  }
}
