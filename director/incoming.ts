/**
 * Packets to an address of this machine, or marked for a service: requests. A packet belongs to a connection, or opens
 * one, or is none of the director's business.
 */

import { isHandledIcmpError } from './claims.ts';
import { ADMISSION, admissionOf, beginsAnew } from './connections/admission.ts';
import { NO_OUTPUT } from './connections/flags.ts';
import { connectionOfRequest } from './connections/lookup.ts';
import { ConnectionOpener, NO_SERVER, TABLE_FULL } from './connections/opener.ts';
import { SCTP_STATE } from './connections/sctp-states.ts';
import { NONE } from './connections/table.ts';
import { TCP_STATE } from './connections/tcp-states.ts';
import { countConnection, countIn } from './counting.ts';
import type { IcmpRelay } from './forwarding/icmp-relay.ts';
import type { RequestForwarder } from './forwarding/request.ts';
import { type IcmpErrors, PORT_UNREACHABLE } from './icmp/errors.ts';
import { quoteOf } from './icmp/quote.ts';
import type { OutgoingHandler } from './outgoing.ts';
import type { Packet } from './packet.ts';
import type { VirtualService } from './services/virtual-service.ts';
import type { DirectorState } from './state.ts';
import { type FrameVerdict, VERDICT } from './verdict.ts';
import { isUnicast } from './wire/addresses.ts';
import { PROTOCOL } from './wire/ipv4.ts';

const FTP_PORT = 21;
/** FTP's data port: its connections are opened by servers and never scheduled. */
const FTP_DATA_PORT = 20;

export class IncomingHandler {
  readonly #state: DirectorState;
  readonly #forwarder: RequestForwarder;
  readonly #errors: IcmpErrors;
  readonly #relay: IcmpRelay;
  readonly #outgoing: OutgoingHandler;
  readonly #opener: ConnectionOpener;

  constructor(
    state: DirectorState,
    forwarder: RequestForwarder,
    errors: IcmpErrors,
    relay: IcmpRelay,
    outgoing: OutgoingHandler,
  ) {
    this.#state = state;
    this.#outgoing = outgoing;
    this.#forwarder = forwarder;
    this.#errors = errors;
    this.#relay = relay;
    this.#opener = new ConnectionOpener(state.connections, state.services, state.settings);
  }

  /** `pass` where the packet is the local stack's. */
  handle(packet: Packet, nowMs: number): FrameVerdict {
    const reply = this.#replyToLocalClient(packet, nowMs);
    if (reply !== VERDICT.pass) return reply;
    if (packet.protocol === PROTOCOL.icmp) {
      if (!isHandledIcmpError(packet)) return VERDICT.pass;
      return this.#relay.towardsServer(packet, nowMs) ?? this.#scheduleError(packet, nowMs);
    }
    const row = connectionOfRequest(this.#state.connections.table, packet);
    if (row === NONE) return this.#schedule(packet, nowMs);
    const serverIsGone = this.#serverIsGone(row);
    if (!this.#isForgotten(packet, row)) {
      if (!serverIsGone) return this.#accept(packet, row, nowMs);
      if (this.#state.settings.expire_nodest_conn === 0) return this.#state.drop('real server was deleted');
    }
    // The old connection ends once the new one is there: the scheduler still counts it.
    const verdict = this.#schedule(packet, nowMs);
    this.#state.connections.expireNow(row, nowMs);
    return verdict;
  }

  /** Replies come before requests, and are looked for only where a client on this machine has asked. */
  #replyToLocalClient(packet: Packet, nowMs: number): FrameVerdict {
    const { localClients } = this.#state;
    if (localClients.size === 0 || packet.isOwnOutput || !localClients.has(packet.destination))
      return VERDICT.pass;
    if (packet.protocol === PROTOCOL.icmp && !isHandledIcmpError(packet)) return VERDICT.pass;
    return this.#outgoing.toLocalClient(packet, nowMs);
  }

  #accept(packet: Packet, row: number, nowMs: number): FrameVerdict {
    const { connections } = this.#state;
    countIn(this.#state, row, packet.totalBytes);
    connections.input(row, packet, nowMs);
    const verdict = this.#forwarder.forward(packet, row, nowMs);
    connections.finish(row);
    return verdict;
  }

  /** A SYN or INIT makes the director forget a connection that is as good as over (`conn_reuse_mode`). */
  #isForgotten(packet: Packet, row: number): boolean {
    if (!beginsAnew(packet)) return false;
    const { table } = this.#state.connections;
    const { settings } = this.#state;
    const destination = this.#state.services.destination(table.destination[row] as number);
    if (settings.expire_nodest_conn !== 0 && destination?.weight === 0) return true;
    const mode = settings.conn_reuse_mode;
    if (mode === 0 || table.controller[row] !== NONE) return false;
    const state = table.state[row];
    if (packet.protocol === PROTOCOL.sctp) return state === SCTP_STATE.closed;
    if (state === TCP_STATE.timeWait || state === TCP_STATE.close) return true;
    const repliesUnseen = ((table.flags[row] as number) & NO_OUTPUT) !== 0;
    return (mode & 2) !== 0 && state === TCP_STATE.finWait && repliesUnseen;
  }

  #serverIsGone(row: number): boolean {
    const id = this.#state.connections.table.destination[row] as number;
    return this.#state.services.destination(id)?.available === false;
  }

  #schedule(packet: Packet, nowMs: number): FrameVerdict {
    const { services, settings, marks } = this.#state;
    const admission = admissionOf(packet, settings);
    if (admission === ADMISSION.drop) return this.#state.drop('truncated transport header');
    if (admission === ADMISSION.pass) return VERDICT.pass;
    const { protocol, destination, destinationPort } = packet;
    const service = services.find(protocol, destination, destinationPort, marks.of(packet));
    if (service === undefined) return VERDICT.pass;
    if (this.#state.defences.dropsPacket()) return this.#state.drop('drop_packet');
    if (packet.sourcePort === FTP_DATA_PORT) return VERDICT.pass;
    const row = this.#opener.open(packet, service, nowMs);
    if (row === NO_SERVER) return this.#withoutServer(packet, service, nowMs);
    if (row === TABLE_FULL) return this.#state.drop('connection table is full');
    countConnection(this.#state, row);
    return this.#accept(packet, row, nowMs);
  }

  /** An ICMP error may open the connection that it speaks of (`schedule_icmp`): its server may have known it. */
  #scheduleError(error: Packet, nowMs: number): FrameVerdict {
    const { services, settings, marks, connections } = this.#state;
    const quote = settings.schedule_icmp === 0 ? undefined : quoteOf(error);
    if (quote === undefined) return VERDICT.pass;
    const request = this.#relay.requestBehind(error, quote);
    const { protocol, destination, destinationPort } = request;
    const service = services.find(protocol, destination, destinationPort, marks.of(error));
    if (service === undefined) return VERDICT.pass;
    if (this.#state.defences.dropsPacket()) return this.#state.drop('drop_packet');
    if (request.sourcePort === FTP_DATA_PORT) return VERDICT.pass;
    const row = this.#opener.open(request, service, nowMs);
    if (row < 0) return this.#state.drop('ICMP error about an unknown connection');
    countConnection(this.#state, row);
    const verdict = this.#relay.followConnection(error, quote, row, nowMs);
    connections.finish(row);
    return verdict;
  }

  #withoutServer(packet: Packet, service: VirtualService, nowMs: number): FrameVerdict {
    const { settings, routes } = this.#state;
    if (settings.cache_bypass !== 0 && service.mark !== 0 && isUnicast(packet.destination)) {
      if (!routes.isLocal(packet.destination)) {
        const row = this.#opener.openBypass(packet, service, nowMs);
        return row < 0 ? this.#state.drop('connection table is full') : this.#accept(packet, row, nowMs);
      }
    }
    if (service.port === FTP_PORT && packet.destinationPort !== FTP_PORT) return VERDICT.pass;
    this.#errors.answer(packet, PORT_UNREACHABLE, packet.destination, nowMs);
    return this.#state.drop('no real server available');
  }
}
