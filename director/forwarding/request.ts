/**
 * A client's packet on its way to the real server: the steps that all forwarding methods share, in the kernel's order
 * (route, local target, TTL, MTU), and then the method's own rewriting. DR needs none: the next hop's MAC is all.
 */
import { METHOD_MASK } from '../connections/flags.ts';
import { fragmentationNeeded, HOST_UNREACHABLE, type IcmpErrors, TTL_EXCEEDED } from '../icmp/errors.ts';
import type { NextHop } from '../network/next-hop.ts';
import { completeChecksum } from '../network/pending-checksum.ts';
import { sendSegments } from '../network/segmentation.ts';
import type { Packet } from '../packet.ts';
import type { Destination } from '../services/destination.ts';
import { METHOD, type Tunnel } from '../services/forwarding-method.ts';
import { SIDE } from '../shortcut.ts';
import type { DirectorState } from '../state.ts';
import { type FrameVerdict, VERDICT } from '../verdict.ts';
import { isLoopback } from '../wire/addresses.ts';
import { decrementTtl, ipDontFragment, ipTtl, PROTOCOL } from '../wire/ipv4.ts';
import { canRewrite, rewriteRequest } from './nat.ts';
import { Encapsulator, MIN_TUNNEL_MTU_BYTES, tunnelOverheadBytes } from './tunnel.ts';

export class RequestForwarder {
  readonly #state: DirectorState;
  readonly #errors: IcmpErrors;
  readonly #encapsulator: Encapsulator;

  constructor(state: DirectorState, errors: IcmpErrors) {
    this.#state = state;
    this.#errors = errors;
    this.#encapsulator = new Encapsulator(state, state.random());
  }

  /** Forwards a packet of a connection; it has been counted and has moved the connection's state already. */
  forward(packet: Packet, row: number, nowMs: number): FrameVerdict {
    const { port: inputPort, protocol } = packet;
    const { connections, routes, services, shortcut } = this.#state;
    const { table } = connections;
    const method = (table.flags[row] as number) & METHOD_MASK;
    const server = table.serverAddress[row] as number;
    let tunnel: Tunnel | undefined;
    if (method === METHOD.tunnel) {
      // A connection keeps its method, but the tunnel is the server's present one.
      const destination: Destination | undefined = services.destination(table.destination[row] as number);
      if (destination === undefined) return this.#state.drop('real server of the tunnel was deleted');
      if (destination.ipv6 !== undefined) return this.#state.drop('tunnels over IPv6 are not supported yet');
      tunnel = destination.tunnel;
    }
    if (routes.isLocal(server)) {
      if (method === METHOD.masquerade && isLoopback(server) && !packet.isOwnOutput) {
        return this.#state.drop('a loopback address serves clients on this machine only');
      }
      if (method === METHOD.masquerade && canRewrite(packet)) {
        rewriteRequest(packet, server, table.serverPort[row] as number);
      }
      return VERDICT.deliver;
    }
    if (isLoopback(packet.source)) return this.#state.drop('a loopback address must not leave the machine');
    const nextHop = tunnel === undefined ? routes.lookup(server) : routes.lookupTunnel(server);
    if (nextHop === null) return this.#refuse(packet, HOST_UNREACHABLE, 'no route to the real server', nowMs);
    const problem = this.#checkTtlAndMtu(packet, nextHop, tunnel, nowMs);
    if (problem !== undefined) return problem;
    if (method === METHOD.masquerade) {
      if (!canRewrite(packet)) return this.#state.drop('truncated transport header');
      rewriteRequest(packet, server, table.serverPort[row] as number);
    }
    const verdict =
      tunnel === undefined
        ? this.#state.sender.sendVia(nextHop, packet, nowMs)
        : this.#sendThroughTunnel(packet, tunnel, nextHop, server, nowMs);
    // AH, ESP and ICMP errors follow a connection of another protocol.
    if (shortcut !== undefined && verdict === VERDICT.transmit && protocol === table.protocol[row]) {
      const overheadBytes = tunnel === undefined ? 0 : tunnelOverheadBytes(tunnel);
      shortcut.offer(row, SIDE.client, inputPort, nextHop, nextHop.mtuBytes - overheadBytes, nowMs);
    }
    return verdict;
  }

  /** What is inside a tunnel can be cut by nobody on the way, nor can its checksum be completed. */
  #sendThroughTunnel(
    packet: Packet,
    tunnel: Tunnel,
    nextHop: NextHop,
    server: number,
    nowMs: number,
  ): FrameVerdict {
    if (packet.segmentBytes > 0)
      return this.#sendSegmentsThroughTunnel(packet, tunnel, nextHop, server, nowMs);
    if (packet.checksumPending) completeChecksum(packet);
    this.#wrap(packet, tunnel, nextHop, server);
    return this.#state.sender.sendVia(nextHop, packet, nowMs);
  }

  /** By itself, since a function that makes another one takes heap whenever it is called. */
  #sendSegmentsThroughTunnel(
    packet: Packet,
    tunnel: Tunnel,
    nextHop: NextHop,
    server: number,
    nowMs: number,
  ): FrameVerdict {
    sendSegments(packet, (segment) => {
      this.#wrap(segment, tunnel, nextHop, server);
      this.#state.sender.transmitVia(nextHop, segment, nowMs);
    });
    return VERDICT.taken;
  }

  #wrap(packet: Packet, tunnel: Tunnel, { source }: NextHop, server: number): void {
    this.#encapsulator.wrap(packet, tunnel, source, server, this.#state.settings.pmtu_disc !== 0);
  }

  /** TTL and size: takes one off the TTL, or answers the client and returns the verdict. */
  #checkTtlAndMtu(
    packet: Packet,
    nextHop: NextHop,
    tunnel: Tunnel | undefined,
    nowMs: number,
  ): FrameVerdict | undefined {
    const { bytes, ip } = packet;
    if (ipTtl(bytes, ip) <= 1) return this.#refuse(packet, TTL_EXCEEDED, 'TTL exceeded', nowMs);
    const mtuBytes = nextHop.mtuBytes - (tunnel === undefined ? 0 : tunnelOverheadBytes(tunnel));
    if (tunnel !== undefined && mtuBytes < MIN_TUNNEL_MTU_BYTES) {
      return this.#state.drop('MTU too small for a tunnel');
    }
    decrementTtl(bytes, ip);
    const obeysDontFragment = tunnel === undefined || this.#state.settings.pmtu_disc !== 0;
    if (
      obeysDontFragment &&
      ipDontFragment(bytes, ip) &&
      packet.wireBytes > mtuBytes &&
      packet.protocol !== PROTOCOL.icmp
    ) {
      return this.#refuse(packet, fragmentationNeeded(mtuBytes), 'larger than the MTU, DF set', nowMs);
    }
    return undefined;
  }

  /** Errors about a request come from the address that the client asked for. */
  #refuse(packet: Packet, error: typeof TTL_EXCEEDED, reason: string, nowMs: number): FrameVerdict {
    this.#errors.answer(packet, error, packet.destination, nowMs);
    return this.#state.drop(reason);
  }
}
