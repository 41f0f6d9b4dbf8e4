/** ICMP errors that the director sends about a packet (RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3.2). */
import { countOut } from '../counting.ts';
import type { NoRoute } from '../network/route-source.ts';
import { OWN_IP_AT, type Packet } from '../packet.ts';
import type { DirectorState } from '../state.ts';
import {
  ICMP_HEADER_BYTES,
  ICMP_TYPE,
  icmpType,
  UNREACHABLE,
  writeIcmpChecksum,
  writeIcmpErrorHeader,
} from '../wire/icmp.ts';
import { IPV4_MIN_HEADER_BYTES, ipFragmentOffset, ipTos, PROTOCOL, writeIpv4 } from '../wire/ipv4.ts';
import type { IcmpLimits } from './limits.ts';
import { quoteOf, rowByQuotedRequest } from './quote.ts';

/** An error message and the quoted packet stay within this size (RFC 1812 §4.3.2.3). */
const MAX_ERROR_BYTES = 576;
/** Most of a packet that an error can quote. */
export const MAX_QUOTED_BYTES = MAX_ERROR_BYTES - IPV4_MIN_HEADER_BYTES - ICMP_HEADER_BYTES;
const DEFAULT_TTL = 64;
/** Precedence "internetwork control", as for all ICMP errors (RFC 1812 §4.3.2.5). */
const PRECEDENCE = 0xc0;
const TOS_KEPT = 0x1e;

export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** Last four bytes of the header: the next-hop MTU for "fragmentation needed" (RFC 1191), else mostly 0. */
  readonly rest: number;
}

export const TTL_EXCEEDED: IcmpError = { type: ICMP_TYPE.timeExceeded, code: 0, rest: 0 };
export const REASSEMBLY_TIME_EXCEEDED: IcmpError = { type: ICMP_TYPE.timeExceeded, code: 1, rest: 0 };
export const HOST_UNREACHABLE: IcmpError = { type: ICMP_TYPE.unreachable, code: UNREACHABLE.host, rest: 0 };
export const PORT_UNREACHABLE: IcmpError = { type: ICMP_TYPE.unreachable, code: UNREACHABLE.port, rest: 0 };

/** What a router answers where no way leads on; nothing for a blackhole. */
export const ROUTE_ERRORS: Readonly<Record<NoRoute, IcmpError | undefined>> = {
  'network unreachable': { type: ICMP_TYPE.unreachable, code: UNREACHABLE.network, rest: 0 },
  'host unreachable': HOST_UNREACHABLE,
  prohibited: { type: ICMP_TYPE.unreachable, code: UNREACHABLE.administrativelyProhibited, rest: 0 },
  blackhole: undefined,
};

export function fragmentationNeeded(mtuBytes: number): IcmpError {
  return { type: ICMP_TYPE.unreachable, code: UNREACHABLE.fragmentationNeeded, rest: mtuBytes };
}

export class IcmpErrors {
  readonly #state: DirectorState;
  readonly #limits: IcmpLimits;

  constructor(state: DirectorState, limits: IcmpLimits) {
    this.#state = state;
    this.#limits = limits;
  }

  /**
   * Tells the sender of `about` what became of its packet, as it stands now. Without `source` the message carries the
   * address that leads to the sender. Nothing is sent about ICMP errors, later fragments, or past the rate limit.
   */
  answer(about: Packet, error: IcmpError, source: number | undefined, nowMs: number): void {
    const message = this.build(about, error, source, nowMs);
    if (message === undefined) return;
    this.#count(message);
    this.send(message, nowMs);
  }

  /**
   * The machine's own messages pass IPVS on their way out, which looks for the connection of the packet that they quote as for
   * that of a reply. It finds it under DR and TUN, where the quoted packet is the same on both sides of the director.
   */
  #count(message: Packet): void {
    const quote = quoteOf(message);
    if (quote === undefined) return;
    const row = rowByQuotedRequest(this.#state.connections.table, quote);
    if (row >= 0) countOut(this.#state, row, message.totalBytes);
  }

  /** Sends a message that `build` has made to where its destination address leads. */
  send(message: Packet, nowMs: number): void {
    const nextHop = this.#state.routes.lookupFrom(message.source, message.destination);
    if (nextHop === null) this.#state.countDrop('no route for a packet from the director itself');
    else this.#state.sender.transmitVia(nextHop, message, nowMs);
  }

  /** As `answer`, but leaves the message, a parsed IP packet, to the caller. */
  build(about: Packet, error: IcmpError, source: number | undefined, nowMs: number): Packet | undefined {
    if (!mayBeAnswered(about)) return undefined;
    const isFragmentationNeeded =
      error.type === ICMP_TYPE.unreachable && error.code === UNREACHABLE.fragmentationNeeded;
    if (!isFragmentationNeeded && !this.#limits.allow(about.source, nowMs)) return undefined;
    const ownAddress = source ?? this.#state.routes.lookup(about.source)?.source;
    if (ownAddress === undefined) return undefined;

    const quotedBytes = Math.min(about.totalBytes, MAX_QUOTED_BYTES);
    const message = this.#state.scratch;
    const bytes = message.bytes;
    const icmp = OWN_IP_AT + IPV4_MIN_HEADER_BYTES;
    writeIcmpErrorHeader(bytes, icmp, error.type, error.code, error.rest);
    bytes.set(about.bytes.subarray(about.ip, about.ip + quotedBytes), icmp + ICMP_HEADER_BYTES);
    writeIcmpChecksum(bytes, icmp, ICMP_HEADER_BYTES + quotedBytes);
    writeIpv4(bytes, OWN_IP_AT, {
      tos: (ipTos(about.bytes, about.ip) & TOS_KEPT) | PRECEDENCE,
      totalBytes: IPV4_MIN_HEADER_BYTES + ICMP_HEADER_BYTES + quotedBytes,
      id: this.#state.nextIpId(),
      dontFragment: false,
      ttl: DEFAULT_TTL,
      protocol: PROTOCOL.icmp,
      source: ownAddress,
      destination: about.source,
    });
    message.parseIp(OWN_IP_AT);
    return message;
  }
}

function mayBeAnswered(about: Packet): boolean {
  if (ipFragmentOffset(about.bytes, about.ip) !== 0) return false;
  const firstByte = about.source >>> 24;
  if (firstByte === 0 || firstByte === 127 || firstByte >= 224) return false;
  if (about.protocol !== PROTOCOL.icmp) return true;
  const type = about.l4Bytes > 0 ? icmpType(about.bytes, about.l4) : ICMP_TYPE.unreachable;
  return type === ICMP_TYPE.echo || type === ICMP_TYPE.echoReply;
}
