/**
 * Packets that are being forwarded through this machine: among them the replies of NAT's real servers, which leave
 * with the virtual service as their source. Everything else is the machine's own routing.
 */

import { isHandledIcmpError } from './claims.ts';
import { METHOD, METHOD_MASK } from './connections/flags.ts';
import { countOut } from './counting.ts';
import { rewriteReply } from './forwarding/nat.ts';
import { sendTowards } from './forwarding/send.ts';
import {
  fragmentationNeeded,
  HOST_UNREACHABLE,
  type IcmpError,
  type IcmpErrors,
  TTL_EXCEEDED,
} from './icmp/errors.ts';
import type { IcmpRelay } from './icmp/relay.ts';
import type { NextHop } from './network/routes.ts';
import type { Packet } from './packet.ts';
import type { DirectorState } from './state.ts';
import { VERDICT, type Verdict } from './verdict.ts';
import { decrementTtl, ipDontFragment, ipTtl, PROTOCOL } from './wire/ipv4.ts';

export class OutgoingHandler {
  readonly #state: DirectorState;
  readonly #errors: IcmpErrors;
  readonly #relay: IcmpRelay;

  constructor(state: DirectorState, errors: IcmpErrors, relay: IcmpRelay) {
    this.#state = state;
    this.#errors = errors;
    this.#relay = relay;
  }

  /** `pass` where the packet is the local stack's to forward. */
  handle(packet: Packet, nowMs: number): Verdict {
    if (packet.protocol === PROTOCOL.icmp) {
      return isHandledIcmpError(packet) ? this.#relayError(packet, nowMs) : VERDICT.pass;
    }
    if (packet.l4Bytes < 4) return VERDICT.pass;
    if (packet.protocol !== PROTOCOL.tcp && packet.protocol !== PROTOCOL.udp) return VERDICT.pass;
    const { connections, routes } = this.#state;
    const row = connections.table.findOutgoing(
      packet.protocol,
      packet.source,
      packet.sourcePort,
      packet.destination,
      packet.destinationPort,
    );
    if (row < 0 || ((connections.table.flags[row] as number) & METHOD_MASK) !== METHOD.masquerade) {
      return VERDICT.pass;
    }
    if (!routes.ipForward) return this.#drop('net.ipv4.ip_forward is off');
    const way = routes.lookup(packet.destination);
    if (way === null) return this.#refuse(packet, HOST_UNREACHABLE, 'no route to the client', nowMs);
    const problem = this.#passage(packet, way, nowMs);
    if (problem !== undefined) return problem;
    rewriteReply(
      packet,
      connections.table.virtualAddress[row] as number,
      connections.table.virtualPort[row] as number,
    );
    countOut(this.#state, row, packet.totalBytes);
    connections.output(row, packet, nowMs);
    return sendTowards(this.#state, packet, way, nowMs);
  }

  #relayError(packet: Packet, nowMs: number): Verdict {
    const way = this.#state.routes.ipForward ? this.#state.routes.lookup(packet.destination) : null;
    if (way === null || ipTtl(packet.bytes, packet.ip) <= 1) return VERDICT.pass;
    if (!this.#relay.towardsClient(packet)) return VERDICT.pass;
    decrementTtl(packet.bytes, packet.ip);
    return sendTowards(this.#state, packet, way, nowMs);
  }

  /** What a router does before it forwards: TTL and size. */
  #passage(packet: Packet, way: NextHop, nowMs: number): Verdict | undefined {
    const { bytes, ip } = packet;
    if (ipTtl(bytes, ip) <= 1) return this.#refuse(packet, TTL_EXCEEDED, 'TTL exceeded', nowMs);
    if (ipDontFragment(bytes, ip) && packet.totalBytes > way.mtuBytes) {
      return this.#refuse(packet, fragmentationNeeded(way.mtuBytes), 'larger than the link, DF set', nowMs);
    }
    decrementTtl(bytes, ip);
    return undefined;
  }

  /** Errors about a reply go to the server, from the director's address on its side. */
  #refuse(packet: Packet, error: IcmpError, reason: string, nowMs: number): Verdict {
    this.#errors.answer(packet, error, undefined, nowMs);
    return this.#drop(reason);
  }

  #drop(reason: string): Verdict {
    this.#state.countDrop(reason);
    return VERDICT.drop;
  }
}
