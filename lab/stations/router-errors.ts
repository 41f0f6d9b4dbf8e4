/** What a router says about a packet that it cannot pass on (RFC 1812 §4.3, §5.2.7), as Linux does. */
import {
  FRAGMENTATION_NEEDED,
  HOST_UNREACHABLE,
  ICMP,
  icmpError,
  isIcmpError,
  NET_UNREACHABLE,
  readIpv4,
  TIME_EXCEEDED,
  UNREACHABLE,
} from '../frames/index.ts';

export interface RouterError {
  readonly type: number;
  readonly code: number;
  readonly rest?: number;
}

export const TTL_EXPIRED: RouterError = { type: TIME_EXCEEDED, code: 0 };
export const NO_ROUTE: RouterError = { type: UNREACHABLE, code: NET_UNREACHABLE };
export const NO_NEIGHBOUR: RouterError = { type: UNREACHABLE, code: HOST_UNREACHABLE };

/** RFC 1191 §4: with the MTU of the link that the packet does not fit. */
export function tooLarge(mtuBytes: number): RouterError {
  return { type: UNREACHABLE, code: FRAGMENTATION_NEEDED, rest: mtuBytes };
}

/** RFC 1812 §4.3.2.5: errors have precedence 6; Linux keeps the other bits of the packet’s TOS, without those of ECN. */
const ERROR_TOS = 0xc0;
const KEPT_TOS = 0x1e;

/** The error about `packet`, or undefined where none may be sent: about errors, and later fragments (RFC 1812 §4.3.2.7). */
export function errorAbout(packet: Uint8Array, source: string, error: RouterError): Uint8Array | undefined {
  const ip = readIpv4(packet);
  const isError = ip.protocol === ICMP && isIcmpError(ip.payload[0] ?? 0);
  if (ip.offsetBytes > 0 || isError) return undefined;
  return icmpError({ source, destination: ip.source, tos: (ip.tos & KEPT_TOS) | ERROR_TOS }, error, packet);
}
