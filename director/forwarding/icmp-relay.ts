/**
 * ICMP errors that speak of a connection. Under NAT they quote a packet as it was after rewriting, so the quote is
 * rewritten back for whoever gets it; the quoted transport checksum stays as it was sent. Under DR and TUN they follow
 * the connection unchanged. Errors about the director's own tunnel packets are told to the client.
 */
import { METHOD_MASK } from '../connections/flags.ts';
import { countIn, countOut } from '../counting.ts';
import { type Quote, quoteOf, rowByQuotedRequest } from '../icmp/quote.ts';
import type { TunnelErrors } from '../icmp/tunnel-errors.ts';
import { Packet } from '../packet.ts';
import { METHOD } from '../services/forwarding-method.ts';
import type { DirectorState } from '../state.ts';
import { type FrameVerdict, VERDICT } from '../verdict.ts';
import { icmpChecksumIsRight, writeIcmpChecksum } from '../wire/icmp.ts';
import { decrementTtl, ipTtl, setIpDestination, setIpSource, writeIpChecksum } from '../wire/ipv4.ts';
import { setDestinationPort, setSourcePort } from '../wire/ports.ts';
import type { RequestForwarder } from './request.ts';

export class IcmpRelay {
  readonly #state: DirectorState;
  readonly #tunnelErrors: TunnelErrors;
  readonly #forwarder: RequestForwarder;
  readonly #request = new Packet();

  constructor(state: DirectorState, tunnelErrors: TunnelErrors, forwarder: RequestForwarder) {
    this.#state = state;
    this.#tunnelErrors = tunnelErrors;
    this.#forwarder = forwarder;
  }

  /** An error sent to an address of this machine. Undefined if it speaks of nothing that the director knows. */
  towardsServer(packet: Packet, nowMs: number): FrameVerdict | undefined {
    if (this.#tunnelErrors.relay(packet, nowMs)) return VERDICT.taken;
    const quote = quoteOf(packet);
    if (quote === undefined) return undefined;
    // The quoted packet is a reply, VIP to client: the connection is found from the client's side.
    const row = this.#state.connections.table.findIncoming(
      quote.protocol,
      quote.destination,
      quote.destinationPort,
      quote.source,
      quote.sourcePort,
    );
    return row < 0 ? undefined : this.followConnection(packet, quote, row, nowMs);
  }

  /** The request that the quoted packet would be the reply to, as far as a scheduler looks at one. */
  requestBehind(packet: Packet, quote: Quote): Packet {
    const request = this.#request;
    request.set(packet.bytes, packet.frame, packet.length, packet.port);
    request.protocol = quote.protocol;
    request.source = quote.destination;
    request.sourcePort = quote.destinationPort;
    request.destination = quote.source;
    request.destinationPort = quote.sourcePort;
    return request;
  }

  /** Sends an error that quotes a reply of this connection to the connection's server. */
  followConnection(packet: Packet, quote: Quote, row: number, nowMs: number): FrameVerdict {
    const { table } = this.#state.connections;
    const isNat = ((table.flags[row] as number) & METHOD_MASK) === METHOD.masquerade;
    if (isNat && !mayBeSealed(packet)) {
      return this.#state.drop('ICMP checksum is wrong');
    }
    countIn(this.#state, row, packet.totalBytes);
    if (!isNat) return this.#forwarder.forward(packet, row, nowMs);

    const server = table.serverAddress[row] as number;
    const serverPort = table.serverPort[row] as number;
    if (this.#state.routes.isLocal(server)) {
      this.#rewriteForServer(packet, quote, server, serverPort);
      return VERDICT.deliver;
    }
    const nextHop = this.#state.routes.lookup(server);
    if (nextHop === null) return this.#state.drop('no route to the real server');
    // An error about an error is never sent, so the end of its life passes in silence.
    if (ipTtl(packet.bytes, packet.ip) <= 1) return this.#state.drop('TTL exceeded');
    decrementTtl(packet.bytes, packet.ip);
    this.#rewriteForServer(packet, quote, server, serverPort);
    return this.#state.sender.sendVia(nextHop, packet, nowMs);
  }

  #rewriteForServer(packet: Packet, quote: Quote, server: number, serverPort: number): void {
    setIpSource(packet.bytes, quote.ip, server);
    setSourcePort(packet.bytes, quote.l4, serverPort);
    setIpDestination(packet.bytes, packet.ip, server);
    this.#seal(packet, quote.ip);
  }

  /** An error that is being forwarded to a client. Rewritten in place where it speaks of a NAT connection. */
  towardsClient(packet: Packet): 'rewritten' | 'untouched' | 'corrupt' {
    const quote = quoteOf(packet);
    if (quote === undefined) return 'untouched';
    const { table } = this.#state.connections;
    const row = rowByQuotedRequest(table, quote);
    if (row < 0) return 'untouched';
    if (((table.flags[row] as number) & METHOD_MASK) !== METHOD.masquerade) {
      countOut(this.#state, row, packet.totalBytes);
      return 'untouched';
    }
    if (!mayBeSealed(packet)) return 'corrupt';
    const virtualAddress = table.virtualAddress[row] as number;
    setIpDestination(packet.bytes, quote.ip, virtualAddress);
    setDestinationPort(packet.bytes, quote.l4, table.virtualPort[row] as number);
    setIpSource(packet.bytes, packet.ip, virtualAddress);
    this.#seal(packet, quote.ip);
    countOut(this.#state, row, packet.totalBytes);
    return 'rewritten';
  }

  #seal(packet: Packet, quotedIp: number): void {
    writeIpChecksum(packet.bytes, quotedIp);
    writeIcmpChecksum(packet.bytes, packet.l4, packet.l4Bytes);
    writeIpChecksum(packet.bytes, packet.ip);
    packet.parseIp(packet.ip);
  }
}

/** What came over a network damaged is not to look sound. This machine's own stack is trusted, as its checksums may be left to a card. */
function mayBeSealed({ isOwnOutput, bytes, l4, l4Bytes }: Packet): boolean {
  return isOwnOutput || icmpChecksumIsRight(bytes, l4, l4Bytes);
}
