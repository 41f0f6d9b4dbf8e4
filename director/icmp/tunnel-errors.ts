/** ICMP errors about the director's own tunnel packets: they are told to the client, about the packet inside. */
import { METHOD, METHOD_MASK } from '../connections/flags.ts';
import { HEADROOM_BYTES, Packet } from '../packet.ts';
import type { DirectorState } from '../state.ts';
import {
  ICMP_HEADER_BYTES,
  ICMP_TYPE,
  icmpChecksumIsRight,
  icmpCode,
  icmpMtu,
  icmpRest,
  icmpType,
  UNREACHABLE,
} from '../wire/icmp.ts';
import { ipDestination, ipDontFragment, ipFragmentOffset, ipProtocol, PROTOCOL } from '../wire/ipv4.ts';
import { HOST_UNREACHABLE, type IcmpError, type IcmpErrors, MAX_QUOTED_BYTES } from './errors.ts';
import { quoteAt, quotedHeaderBytes } from './quote.ts';

export class TunnelErrors {
  readonly #state: DirectorState;
  readonly #errors: IcmpErrors;
  /** The packet inside a quoted tunnel packet, copied out so that an error about it can be built. */
  readonly #inner = new Packet();

  constructor(state: DirectorState, errors: IcmpErrors) {
    this.#state = state;
    this.#errors = errors;
    this.#inner.set(new Uint8Array(HEADROOM_BYTES + 65_535), HEADROOM_BYTES, 0, 0);
  }

  /** A tunnel packet of the director's own could not be delivered: the client is told that its host is not there. */
  undeliverable(packet: Packet, nowMs: number): void {
    if (packet.protocol !== PROTOCOL.ipip || ipFragmentOffset(packet.bytes, packet.ip) !== 0) return;
    // The machine first tells itself, and an error holds no more of the packet than this.
    packet.totalBytes = Math.min(packet.totalBytes, MAX_QUOTED_BYTES);
    this.#answerAboutInner(packet, packet.l4, HOST_UNREACHABLE, nowMs);
  }

  /**
   * An error that was sent to this machine. True if it was about a packet that the director had put into a tunnel: the
   * client has been told then, as the VIP.
   */
  relay(packet: Packet, nowMs: number): boolean {
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
}
