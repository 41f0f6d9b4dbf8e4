/**
 * Packets that are being forwarded through this machine: among them the replies of NAT's real servers, which leave
 * with the virtual service as their source. Everything else is the machine's own routing.
 */

import { isHandledIcmpError } from './claims.ts';
import { METHOD_MASK } from './connections/flags.ts';
import { connectionOfReply } from './connections/lookup.ts';
import { countOut } from './counting.ts';
import type { IcmpRelay } from './forwarding/icmp-relay.ts';
import { canRewrite, rewriteReply } from './forwarding/nat.ts';
import {
  fragmentationNeeded,
  type IcmpError,
  type IcmpErrors,
  PORT_UNREACHABLE,
  ROUTE_ERRORS,
  TTL_EXCEEDED,
} from './icmp/errors.ts';
import type { NextHop } from './network/next-hop.ts';
import type { NoRoute } from './network/route-source.ts';
import type { Packet } from './packet.ts';
import { METHOD } from './services/forwarding-method.ts';
import { SIDE } from './shortcut.ts';
import type { DirectorState } from './state.ts';
import { isNatServer, opensConversation } from './unsolicited.ts';
import { type FrameVerdict, VERDICT } from './verdict.ts';
import { decrementTtl, ipDontFragment, ipTtl, PROTOCOL } from './wire/ipv4.ts';
import { hasIpOptions, stampIpOptions } from './wire/ipv4-options.ts';

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
  handle(packet: Packet, nowMs: number): FrameVerdict {
    if (packet.protocol === PROTOCOL.icmp) {
      return isHandledIcmpError(packet) ? this.#relayError(packet, nowMs) : VERDICT.pass;
    }
    const row = connectionOfReply(this.#state.connections.table, packet);
    if (row >= 0) return this.#reply(packet, row, nowMs);
    return this.#state.settings.nat_icmp_send === 0 ? VERDICT.pass : this.#unexpected(packet, nowMs);
  }

  /** What a real server on this machine sends: its replies get the virtual service as their source. `pass` if it is none. */
  ofLocalServer(packet: Packet, nowMs: number): FrameVerdict {
    if (packet.protocol === PROTOCOL.icmp) {
      if (!isHandledIcmpError(packet)) return VERDICT.pass;
      return this.#relay.towardsClient(packet) === 'untouched' ? VERDICT.pass : this.leave(packet, nowMs);
    }
    const row = connectionOfReply(this.#state.connections.table, packet);
    if (row < 0) return VERDICT.pass;
    return this.#rewriteFor(packet, row, nowMs) ?? this.leave(packet, nowMs);
  }

  /** A reply, or an ICMP error of a server, to a client on this machine. `pass` if it is none. */
  toLocalClient(packet: Packet, nowMs: number): FrameVerdict {
    if (packet.protocol === PROTOCOL.icmp) {
      const relayed = this.#relay.towardsClient(packet);
      if (relayed === 'untouched') return VERDICT.pass;
      return relayed === 'corrupt' ? this.#state.drop('ICMP checksum is wrong') : VERDICT.deliver;
    }
    const row = connectionOfReply(this.#state.connections.table, packet);
    if (row < 0) return VERDICT.pass;
    return this.#rewriteFor(packet, row, nowMs) ?? VERDICT.deliver;
  }

  /** Sends a packet of this machine's own to where it is addressed to. */
  leave(packet: Packet, nowMs: number): FrameVerdict {
    if (this.#state.routes.isLocal(packet.destination)) return VERDICT.deliver;
    const nextHop = this.#state.routes.lookupFrom(packet.source, packet.destination);
    if (nextHop === null) return this.#state.drop('no route to the client');
    return this.#state.sender.sendVia(nextHop, packet, nowMs);
  }

  /** Makes a reply one of the virtual service, and takes note of it. A verdict only where it cannot be made one. */
  #rewriteFor(packet: Packet, row: number, nowMs: number): FrameVerdict | undefined {
    const { connections } = this.#state;
    const { table } = connections;
    if (((table.flags[row] as number) & METHOD_MASK) === METHOD.masquerade) {
      if (!canRewrite(packet)) return this.#state.drop('truncated transport header');
      rewriteReply(packet, table.virtualAddress[row] as number, table.virtualPort[row] as number);
    }
    countOut(this.#state, row, packet.totalBytes);
    connections.output(row, packet, nowMs);
    return undefined;
  }

  /**
   * A fragment from a NAT server. A router judges each by itself, before it is known what it is a fragment of.
   * Undefined if it may be forwarded.
   */
  judgeFragment(packet: Packet, nowMs: number): FrameVerdict | undefined {
    const { routes } = this.#state;
    if (!routes.ipForward) return this.#state.drop('net.ipv4.ip_forward is off');
    const nextHop = this.#route(packet);
    return typeof nextHop === 'string' ? undefined : this.#checkTtlAndMtu(packet, nextHop, nowMs);
  }

  #reply(packet: Packet, row: number, nowMs: number): FrameVerdict {
    const { connections, routes } = this.#state;
    const { table } = connections;
    if (((table.flags[row] as number) & METHOD_MASK) !== METHOD.masquerade) {
      countOut(this.#state, row, packet.totalBytes);
      connections.output(row, packet, nowMs);
      return VERDICT.pass;
    }
    if (!routes.ipForward) return this.#state.drop('net.ipv4.ip_forward is off');
    const nextHop = this.#route(packet);
    if (typeof nextHop === 'string') return this.#refuseRoute(packet, nextHop, nowMs);
    const refusal = this.#checkTtlAndMtu(packet, nextHop, nowMs);
    if (refusal !== undefined) return refusal;
    if (!canRewrite(packet)) return this.#state.drop('truncated transport header');
    decrementTtl(packet.bytes, packet.ip);
    rewriteReply(packet, table.virtualAddress[row] as number, table.virtualPort[row] as number);
    countOut(this.#state, row, packet.totalBytes);
    connections.output(row, packet, nowMs);
    return this.#sendReply(packet, row, nextHop, nowMs);
  }

  /** Sends a reply of a connection. Those after it may go the same way, as far as the way that it came for lets them. */
  #sendReply(packet: Packet, row: number, nextHop: NextHop, nowMs: number): FrameVerdict {
    const { connections, shortcut } = this.#state;
    const { port: inputPort, protocol } = packet;
    const onward = this.#onward(packet);
    if (onward === null) return this.#state.drop('no route to the client');
    const verdict = this.#send(packet, onward, nowMs);
    // AH and ESP follow a connection of another protocol.
    if (
      shortcut !== undefined &&
      verdict === VERDICT.transmit &&
      protocol === connections.table.protocol[row]
    ) {
      const mtuBytes = Math.min(nextHop.mtuBytes, onward.mtuBytes);
      shortcut.offer(row, SIDE.server, inputPort, onward, mtuBytes, nowMs);
    }
    return verdict;
  }

  /** A NAT server speaks to somebody whom the director does not know (`nat_icmp_send`). */
  #unexpected(packet: Packet, nowMs: number): FrameVerdict {
    const { routes, services } = this.#state;
    if (!routes.ipForward || !opensConversation(packet) || !isNatServer(services, packet))
      return VERDICT.pass;
    const nextHop = this.#route(packet);
    if (typeof nextHop === 'string') return VERDICT.pass;
    const refusal = this.#checkTtlAndMtu(packet, nextHop, nowMs);
    if (refusal !== undefined) return refusal;
    decrementTtl(packet.bytes, packet.ip);
    return this.#refuse(packet, PORT_UNREACHABLE, 'packet from a NAT server without a connection', nowMs);
  }

  #relayError(packet: Packet, nowMs: number): FrameVerdict {
    if (!this.#state.routes.ipForward || ipTtl(packet.bytes, packet.ip) <= 1) return VERDICT.pass;
    const nextHop = this.#route(packet);
    if (typeof nextHop === 'string') return VERDICT.pass;
    const relayed = this.#relay.towardsClient(packet);
    if (relayed === 'untouched') return VERDICT.pass;
    if (relayed === 'corrupt') return this.#state.drop('ICMP checksum is wrong');
    const refusal = this.#checkTtlAndMtu(packet, nextHop, nowMs);
    if (refusal !== undefined) return refusal;
    decrementTtl(packet.bytes, packet.ip);
    const onward = this.#onward(packet);
    return onward === null ? this.#state.drop('no route to the client') : this.#send(packet, onward, nowMs);
  }

  /** The way of a packet as it came in. */
  #route({ port, source, destination }: Packet): NextHop | NoRoute {
    return this.#state.routes.lookupForwarding(port, source, destination);
  }

  /** What keeps a router from forwarding: TTL or size. The sender has been told then. */
  #checkTtlAndMtu(packet: Packet, nextHop: NextHop, nowMs: number): FrameVerdict | undefined {
    const { bytes, ip } = packet;
    if (ipTtl(bytes, ip) <= 1) return this.#refuse(packet, TTL_EXCEEDED, 'TTL exceeded', nowMs);
    if (ipDontFragment(bytes, ip) && packet.wireBytes > nextHop.mtuBytes) {
      return this.#refuse(
        packet,
        fragmentationNeeded(nextHop.mtuBytes),
        'larger than the MTU, DF set',
        nowMs,
      );
    }
    return undefined;
  }

  /** What was rewritten is routed anew, as from its new source (`snat_reroute`). */
  #onward({ source, destination }: Packet): NextHop | null {
    return this.#state.routes.lookupFrom(source, destination);
  }

  #send(packet: Packet, onward: NextHop, nowMs: number): FrameVerdict {
    const { bytes, ip, source } = packet;
    const { routes, wallClockMs } = this.#state;
    if (hasIpOptions(bytes, ip)) stampIpOptions(bytes, ip, source, routes.isOwn, wallClockMs());
    return this.#state.sender.sendVia(onward, packet, nowMs);
  }

  #refuseRoute(packet: Packet, why: NoRoute, nowMs: number): FrameVerdict {
    const error = ROUTE_ERRORS[why];
    const reason = 'no route to the client';
    return error === undefined ? this.#state.drop(reason) : this.#refuse(packet, error, reason, nowMs);
  }

  /** Errors about a reply go to the server, from the director's address on its side. */
  #refuse(packet: Packet, error: IcmpError, reason: string, nowMs: number): FrameVerdict {
    this.#errors.answer(packet, error, undefined, nowMs);
    return this.#state.drop(reason);
  }
}
