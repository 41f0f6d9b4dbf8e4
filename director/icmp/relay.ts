/**
 * ICMP errors that speak of a connection. Under NAT they quote a packet as it was after rewriting, so the quote is
 * rewritten back for whoever gets it; the quoted transport checksum stays as it was sent. Under DR and TUN they follow
 * the connection unchanged. Errors about the director's own tunnel packets are told to the client.
 */
import { METHOD, METHOD_MASK } from '../connections/flags.ts';
import { countIn, countOut } from '../counting.ts';
import type { RequestForwarder } from '../forwarding/request.ts';
import { sendTowards } from '../forwarding/send.ts';
import { HEADROOM_BYTES, Packet } from '../packet.ts';
import type { DirectorState } from '../state.ts';
import { VERDICT, type Verdict } from '../verdict.ts';
import {
  ICMP_HEADER_BYTES,
  ICMP_TYPE,
  icmpChecksumIsRight,
  icmpCode,
  icmpMtu,
  icmpRest,
  icmpType,
  UNREACHABLE,
  writeIcmpChecksum,
} from '../wire/icmp.ts';
import {
  decrementTtl,
  ipDestination,
  ipDontFragment,
  ipFragmentOffset,
  ipProtocol,
  ipTtl,
  PROTOCOL,
  setIpDestination,
  setIpSource,
  writeIpChecksum,
} from '../wire/ipv4.ts';
import { setDestinationPort, setSourcePort } from '../wire/ports.ts';
import { HOST_UNREACHABLE, type IcmpError, type IcmpErrors, MAX_QUOTED_BYTES } from './errors.ts';
import { type Quote, quoteAt, quotedHeaderBytes, quoteOf } from './quote.ts';

export class IcmpRelay {
  readonly #state: DirectorState;
  readonly #errors: IcmpErrors;
  readonly #forwarder: RequestForwarder;
  /** The packet inside a quoted tunnel packet, copied out so that an error about it can be built. */
  readonly #inner = new Packet();

  constructor(state: DirectorState, errors: IcmpErrors, forwarder: RequestForwarder) {
    this.#state = state;
    this.#errors = errors;
    this.#forwarder = forwarder;
    this.#inner.set(new Uint8Array(HEADROOM_BYTES + 65_535), HEADROOM_BYTES, 0, 0);
  }

  /** An error sent to an address of this machine. Undefined if it speaks of nothing that the director knows. */
  towardsServer(packet: Packet, nowMs: number): Verdict | undefined {
    if (this.#aboutTunnel(packet, nowMs)) return VERDICT.taken;
    const quote = quoteOf(packet);
    if (quote === undefined) return undefined;
    const { table } = this.#state.connections;
    // The quoted packet is a reply, VIP to client: the connection is found from the client's side.
    const row = table.findIncoming(
      quote.protocol,
      quote.destination,
      quote.destinationPort,
      quote.source,
      quote.sourcePort,
    );
    if (row < 0) return undefined;
    const isNat = ((table.flags[row] as number) & METHOD_MASK) === METHOD.masquerade;
    if (isNat && !icmpChecksumIsRight(packet.bytes, packet.l4, packet.l4Bytes)) {
      return this.#drop('ICMP checksum is wrong');
    }
    countIn(this.#state, row, packet.totalBytes);
    if (!isNat) return this.#forwarder.forward(packet, row, nowMs);

    const server = table.serverAddress[row] as number;
    const serverPort = table.serverPort[row] as number;
    if (this.#state.routes.isLocal(server)) {
      this.#rewriteForServer(packet, quote, server, serverPort);
      return VERDICT.deliver;
    }
    const way = this.#state.routes.lookup(server);
    if (way === null) return this.#drop('no route to the real server');
    // An error about an error is never sent, so the end of its life passes in silence.
    if (ipTtl(packet.bytes, packet.ip) <= 1) return this.#drop('TTL exceeded');
    decrementTtl(packet.bytes, packet.ip);
    this.#rewriteForServer(packet, quote, server, serverPort);
    return sendTowards(this.#state, packet, way, nowMs);
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
    // The quoted packet is a request as the server got it: the connection is found from the server's side.
    const row = table.findOutgoing(
      quote.protocol,
      quote.destination,
      quote.destinationPort,
      quote.source,
      quote.sourcePort,
    );
    if (row < 0) return 'untouched';
    if (((table.flags[row] as number) & METHOD_MASK) !== METHOD.masquerade) {
      countOut(this.#state, row, packet.totalBytes);
      return 'untouched';
    }
    if (!icmpChecksumIsRight(packet.bytes, packet.l4, packet.l4Bytes)) return 'corrupt';
    const virtualAddress = table.virtualAddress[row] as number;
    setIpDestination(packet.bytes, quote.ip, virtualAddress);
    setDestinationPort(packet.bytes, quote.l4, table.virtualPort[row] as number);
    setIpSource(packet.bytes, packet.ip, virtualAddress);
    this.#seal(packet, quote.ip);
    countOut(this.#state, row, packet.totalBytes);
    return 'rewritten';
  }

  /** A tunnel packet of the director's own could not be delivered: the client is told that its host is not there. */
  tunnelFailed(packet: Packet, nowMs: number): void {
    if (packet.protocol !== PROTOCOL.ipip || ipFragmentOffset(packet.bytes, packet.ip) !== 0) return;
    // The machine first tells itself, and an error holds no more of the packet than this.
    packet.totalBytes = Math.min(packet.totalBytes, MAX_QUOTED_BYTES);
    this.#answerAboutInner(packet, packet.l4, HOST_UNREACHABLE, nowMs);
  }

  /** An error about a packet that the director had put into a tunnel: the client is told, as the VIP. */
  #aboutTunnel(packet: Packet, nowMs: number): boolean {
    const { bytes } = packet;
    const outer = packet.l4 + ICMP_HEADER_BYTES;
    const outerHeader = quotedHeaderBytes(packet, outer);
    if (outerHeader === undefined || ipProtocol(bytes, outer) !== PROTOCOL.ipip) return false;
    const quote = quoteAt(packet, outer + outerHeader);
    if (quote === undefined) return false;
    const { table } = this.#state.connections;
    const row = table.findIncoming(
      quote.protocol,
      quote.source,
      quote.sourcePort,
      quote.destination,
      quote.destinationPort,
    );
    const server = ipDestination(bytes, outer);
    if (row < 0 || ((table.flags[row] as number) & METHOD_MASK) !== METHOD.tunnel) return false;
    if (table.serverAddress[row] !== server) return false;
    if (!icmpChecksumIsRight(bytes, packet.l4, packet.l4Bytes)) return true;
    this.#tellClient(packet, quote.ip, outerHeader, server, nowMs);
    return true;
  }

  #tellClient(packet: Packet, innerIp: number, outerHeader: number, server: number, nowMs: number): void {
    const { bytes, l4 } = packet;
    const type = icmpType(bytes, l4);
    const code = icmpCode(bytes, l4);
    let rest = icmpRest(bytes, l4);
    if (type === ICMP_TYPE.unreachable && code === UNREACHABLE.fragmentationNeeded) {
      this.#state.routes.learnPathMtu(server, icmpMtu(bytes, l4), nowMs);
      if (!ipDontFragment(bytes, innerIp)) return;
      // What was learned counts from the next packet on; until then the client is told what was known before.
      rest = (this.#state.routes.lastWay(server)?.mtuBytes ?? 0) - outerHeader;
    }
    this.#answerAboutInner(packet, innerIp, { type, code, rest }, nowMs);
  }

  /** Answers about the packet at `innerIp`, of which there may be less than its header says. */
  #answerAboutInner(packet: Packet, innerIp: number, error: IcmpError, nowMs: number): void {
    const end = packet.ip + packet.totalBytes;
    const inner = this.#inner;
    inner.bytes.set(packet.bytes.subarray(innerIp, end), HEADROOM_BYTES);
    inner.parseIp(HEADROOM_BYTES);
    inner.totalBytes = Math.min(inner.totalBytes, end - innerIp);
    this.#errors.answer(inner, error, inner.destination, nowMs);
  }

  #seal(packet: Packet, quotedIp: number): void {
    writeIpChecksum(packet.bytes, quotedIp);
    writeIcmpChecksum(packet.bytes, packet.l4, packet.l4Bytes);
    writeIpChecksum(packet.bytes, packet.ip);
    packet.parseIp(packet.ip);
  }

  #drop(reason: string): Verdict {
    this.#state.countDrop(reason);
    return VERDICT.drop;
  }
}
