/** ICMP errors about the director's own tunnel packets: they are told to the client, about the packet inside. */
import { METHOD_MASK } from '../connections/flags.ts';
import { NONE } from '../connections/table.ts';
import { countOut } from '../counting.ts';
import { OWN_IP_AT, type Packet, packetWithRoom } from '../packet.ts';
import { METHOD } from '../services/forwarding-method.ts';
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
import { ipDontFragment, ipTotalBytes } from '../wire/ipv4.ts';
import { type IcmpError, type IcmpErrors, MAX_QUOTED_BYTES } from './errors.ts';
import { quoteAt, type TunnelQuote, tunnelQuoteAt } from './quote.ts';

export class TunnelErrors {
  readonly #state: DirectorState;
  readonly #errors: IcmpErrors;
  /** The packet inside a quoted tunnel packet, copied out so that an error about it can be built. */
  readonly #inner = packetWithRoom();

  constructor(state: DirectorState, errors: IcmpErrors) {
    this.#state = state;
    this.#errors = errors;
  }

  /**
   * A tunnel packet of the director's own could not be delivered. The machine tells itself, and the kernel's IPVS takes that on
   * its way out, where no second message can be made of it: it is counted, and the client hears nothing.
   */
  undeliverable(packet: Packet): void {
    // An error holds no more of the packet than this.
    packet.totalBytes = Math.min(packet.totalBytes, MAX_QUOTED_BYTES);
    const tunnel = tunnelQuoteAt(packet, packet.ip);
    const row = tunnel === undefined ? NONE : this.#connectionIn(packet, tunnel);
    if (tunnel === undefined || row === NONE) return;
    const innerBytes = ipTotalBytes(packet.bytes, tunnel.inner);
    countOut(this.#state, row, Math.min(innerBytes, packet.ip + packet.totalBytes - tunnel.inner));
  }

  /**
   * An error that was sent to this machine. True if it was about a packet that the director had put into a tunnel: the
   * client has been told then, as the VIP.
   */
  relay(packet: Packet, nowMs: number): boolean {
    const tunnel = tunnelQuoteAt(packet, packet.l4 + ICMP_HEADER_BYTES);
    if (tunnel === undefined) return false;
    const row = this.#connectionIn(packet, tunnel);
    if (row === NONE) return false;
    if (icmpChecksumIsRight(packet.bytes, packet.l4, packet.l4Bytes)) {
      this.#tellClient(packet, tunnel, row, nowMs);
    }
    return true;
  }

  /** The connection whose packet is inside a tunnel that its server has now; -1 if there is none. */
  #connectionIn(packet: Packet, { type, server, port, inner }: TunnelQuote): number {
    const quote = quoteAt(packet, inner);
    if (quote === undefined) return NONE;
    const { connections, services } = this.#state;
    const { table } = connections;
    const row = table.findIncoming(
      quote.protocol,
      quote.source,
      quote.sourcePort,
      quote.destination,
      quote.destinationPort,
    );
    if (row < 0 || ((table.flags[row] as number) & METHOD_MASK) !== METHOD.tunnel) return NONE;
    const destination = services.destination(table.destination[row] as number);
    const isItsTunnel =
      destination?.available === true &&
      destination.method === METHOD.tunnel &&
      destination.ipv6 === undefined &&
      destination.address === server &&
      destination.tunnel.type === type &&
      destination.tunnel.port === port;
    return isItsTunnel ? row : NONE;
  }

  #tellClient(packet: Packet, tunnel: TunnelQuote, row: number, nowMs: number): void {
    const { bytes, l4 } = packet;
    const type = icmpType(bytes, l4);
    const code = icmpCode(bytes, l4);
    let rest = icmpRest(bytes, l4);
    if (type === ICMP_TYPE.unreachable && code === UNREACHABLE.fragmentationNeeded) {
      this.#state.routes.learnPathMtu(tunnel.server, icmpMtu(bytes, l4), nowMs);
      if (!ipDontFragment(bytes, tunnel.inner)) return;
      // What was learned counts from the next packet on; until then the client is told what was known before.
      rest = (this.#state.routes.lastNextHop(tunnel.server)?.mtuBytes ?? 0) - tunnel.overheadBytes;
    }
    this.#answerAboutInner(packet, tunnel.inner, { type, code, rest }, row, nowMs);
  }

  /** Answers about the packet at `innerIp`, of which there may be less than its header says. */
  #answerAboutInner(packet: Packet, innerIp: number, error: IcmpError, row: number, nowMs: number): void {
    const end = packet.ip + packet.totalBytes;
    const inner = this.#inner;
    inner.bytes.set(packet.bytes.subarray(innerIp, end), OWN_IP_AT);
    inner.parseIp(OWN_IP_AT);
    inner.totalBytes = Math.min(inner.totalBytes, end - innerIp);
    this.#errors.answer(inner, error, inner.destination, nowMs);
    countOut(this.#state, row, inner.totalBytes);
  }
}
