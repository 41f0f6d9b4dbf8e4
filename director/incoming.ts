/**
 * Packets to an address of this machine: requests of virtual services. A packet belongs to a connection, or opens
 * one, or is none of the director's business.
 */

import { isHandledIcmpError } from './claims.ts';
import { NO_OUTPUT } from './connections/flags.ts';
import { TCP_STATE } from './connections/tcp-states.ts';
import { countIn } from './counting.ts';
import type { RequestForwarder } from './forwarding/request.ts';
import { type IcmpErrors, PORT_UNREACHABLE } from './icmp/errors.ts';
import type { IcmpRelay } from './icmp/relay.ts';
import type { Packet } from './packet.ts';
import type { VirtualService } from './services/virtual-service.ts';
import type { DirectorState } from './state.ts';
import { VERDICT, type Verdict } from './verdict.ts';
import { PROTOCOL } from './wire/ipv4.ts';
import { TCP_FLAG, TCP_MIN_HEADER_BYTES, tcpFlags } from './wire/tcp.ts';
import { UDP_HEADER_BYTES } from './wire/udp.ts';

/** FTP's data port: its connections are opened by servers and never scheduled. */
const FTP_DATA_PORT = 20;
const NONE = -1;

export class IncomingHandler {
  readonly #state: DirectorState;
  readonly #forwarder: RequestForwarder;
  readonly #errors: IcmpErrors;
  readonly #relay: IcmpRelay;

  constructor(state: DirectorState, forwarder: RequestForwarder, errors: IcmpErrors, relay: IcmpRelay) {
    this.#state = state;
    this.#forwarder = forwarder;
    this.#errors = errors;
    this.#relay = relay;
  }

  /** `pass` where the packet is the local stack's. */
  handle(packet: Packet, nowMs: number): Verdict {
    if (packet.protocol === PROTOCOL.icmp) {
      if (!isHandledIcmpError(packet)) return VERDICT.pass;
      return this.#relay.towardsServer(packet, nowMs) ?? VERDICT.pass;
    }
    if (packet.protocol !== PROTOCOL.tcp && packet.protocol !== PROTOCOL.udp) return VERDICT.pass;
    let row = this.#find(packet);
    if (row !== NONE && this.#startsAnew(packet, row)) {
      this.#state.connections.end(row);
      row = NONE;
    }
    if (row !== NONE && this.#serverIsGone(row)) {
      if (this.#state.settings.expire_nodest_conn === 0) return this.#drop('real server was deleted');
      this.#state.connections.end(row);
      row = NONE;
    }
    return row === NONE ? this.#schedule(packet, nowMs) : this.#accept(packet, row, nowMs);
  }

  #find(packet: Packet): number {
    if (packet.l4Bytes < 4) return NONE;
    return this.#state.connections.table.findIncoming(
      packet.protocol,
      packet.source,
      packet.sourcePort,
      packet.destination,
      packet.destinationPort,
    );
  }

  #accept(packet: Packet, row: number, nowMs: number): Verdict {
    countIn(this.#state, row, packet.totalBytes);
    this.#state.connections.input(row, packet, nowMs);
    return this.#forwarder.forward(packet, row, nowMs);
  }

  /** A SYN takes over the row of a connection that is as good as over (`conn_reuse_mode`). */
  #startsAnew(packet: Packet, row: number): boolean {
    if (packet.protocol !== PROTOCOL.tcp || packet.l4Bytes < TCP_MIN_HEADER_BYTES) return false;
    if ((tcpFlags(packet.bytes, packet.l4) & TCP_FLAG.syn) === 0) return false;
    const { table } = this.#state.connections;
    const { settings } = this.#state;
    const destination = this.#state.services.destination(table.destination[row] as number);
    if (settings.expire_nodest_conn !== 0 && destination?.weight === 0) return true;
    const mode = settings.conn_reuse_mode;
    if (mode === 0) return false;
    const state = table.state[row];
    if (state === TCP_STATE.timeWait || state === TCP_STATE.close) return true;
    const repliesUnseen = ((table.flags[row] as number) & NO_OUTPUT) !== 0;
    return (mode & 2) !== 0 && state === TCP_STATE.finWait && repliesUnseen;
  }

  #serverIsGone(row: number): boolean {
    const id = this.#state.connections.table.destination[row] as number;
    return this.#state.services.destination(id)?.available === false;
  }

  #schedule(packet: Packet, nowMs: number): Verdict {
    const state = this.#state;
    if (packet.protocol === PROTOCOL.tcp) {
      if (packet.l4Bytes < TCP_MIN_HEADER_BYTES) return this.#drop('TCP header is cut short');
      const flags = tcpFlags(packet.bytes, packet.l4);
      if (flags & TCP_FLAG.rst) return VERDICT.pass;
      if ((flags & TCP_FLAG.syn) === 0 && state.settings.sloppy_tcp === 0) return VERDICT.pass;
    } else if (packet.l4Bytes < UDP_HEADER_BYTES) {
      return this.#drop('UDP header is cut short');
    }
    const service = state.services.find(packet.protocol, packet.destination, packet.destinationPort);
    if (service === undefined || packet.sourcePort === FTP_DATA_PORT) return VERDICT.pass;
    return this.#open(packet, service, nowMs);
  }

  #open(packet: Packet, service: VirtualService, nowMs: number): Verdict {
    const destination = service.scheduler.pick(packet);
    if (destination === undefined) {
      this.#errors.answer(packet, PORT_UNREACHABLE, packet.destination, nowMs);
      return this.#drop('no real server available');
    }
    const row = this.#state.connections.open(packet, destination, nowMs);
    destination.statistics.connections++;
    service.statistics.connections++;
    this.#state.totals.connections++;
    return this.#accept(packet, row, nowMs);
  }

  #drop(reason: string): Verdict {
    this.#state.countDrop(reason);
    return VERDICT.drop;
  }
}
