/** The life of a connection: opened by scheduling, followed packet by packet, ended by silence. */
import type { Packet } from '../packet.ts';
import type { Destination } from '../services/destination.ts';
import type { ServiceTable } from '../services/service-table.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import { tcpFlags } from '../wire/tcp.ts';
import { INACTIVE, METHOD, NO_OUTPUT } from './flags.ts';
import { ConnectionTable } from './table.ts';
import { DIRECTION, nextTcpState, tcpStateIsActive } from './tcp-states.ts';
import { INITIAL_TIMEOUT_MS, Timeouts } from './timeouts.ts';

export class ConnectionTracker {
  readonly table: ConnectionTable;
  readonly timeouts = new Timeouts();
  readonly #services: ServiceTable;
  readonly #end = (row: number) => this.end(row);

  /** @param key Secret for the table's hash, see `ConnectionTable`. */
  constructor(services: ServiceTable, key: number) {
    this.#services = services;
    this.table = new ConnectionTable(key);
  }

  /** Opens the connection that a client's packet begins. A server port of 0 keeps the packet's. */
  open(packet: Packet, destination: Destination, nowMs: number): number {
    const row = this.table.create(
      {
        protocol: packet.protocol,
        clientAddress: packet.source,
        clientPort: packet.sourcePort,
        virtualAddress: packet.destination,
        virtualPort: packet.destinationPort,
        serverAddress: destination.address,
        serverPort: destination.port || packet.destinationPort,
        flags: destination.method | INACTIVE | (destination.method === METHOD.masquerade ? 0 : NO_OUTPUT),
        timeoutMs: INITIAL_TIMEOUT_MS,
      },
      destination.id,
      nowMs,
    );
    destination.connectionBound();
    return row;
  }

  /** A packet from the client: moves the state and starts the connection's time anew. */
  input(row: number, packet: Packet, nowMs: number): void {
    const seesReplies = ((this.table.flags[row] as number) & NO_OUTPUT) === 0;
    this.#follow(row, packet, seesReplies ? DIRECTION.input : DIRECTION.inputOnly);
    this.table.touch(row, nowMs);
  }

  /** A packet from the server: moves the state and starts the connection's time anew. */
  output(row: number, packet: Packet, nowMs: number): void {
    this.table.flags[row] = (this.table.flags[row] as number) & ~NO_OUTPUT;
    this.#follow(row, packet, DIRECTION.output);
    this.table.touch(row, nowMs);
  }

  end(row: number): void {
    const wasActive = ((this.table.flags[row] as number) & INACTIVE) === 0;
    this.#services.destination(this.table.destination[row] as number)?.connectionUnbound(wasActive);
    this.table.remove(row);
  }

  /** Ends the connections whose time is up. */
  expire(nowMs: number): void {
    this.table.expire(nowMs, this.#end);
  }

  #follow(row: number, packet: Packet, direction: (typeof DIRECTION)[keyof typeof DIRECTION]): void {
    const table = this.table;
    if (packet.protocol !== PROTOCOL.tcp) {
      table.timeoutMs[row] = this.timeouts.udpMs;
      return;
    }
    const before = table.state[row] as number;
    const state = nextTcpState(before, direction, tcpFlags(packet.bytes, packet.l4));
    if (state !== before) {
      table.state[row] = state;
      this.#countAs(row, tcpStateIsActive(state));
    }
    table.timeoutMs[row] = this.timeouts.tcpMs[state] as number;
  }

  #countAs(row: number, active: boolean): void {
    const flags = this.table.flags[row] as number;
    if (active === ((flags & INACTIVE) === 0)) return;
    this.table.flags[row] = flags ^ INACTIVE;
    const destination = this.#services.destination(this.table.destination[row] as number);
    if (destination !== undefined) destination.activeConnections += active ? 1 : -1;
  }
}
