/** Reads `host[:port]` and `[IPv6]:port`. */
import { formatIpv4, type Ipv4Address } from '../../wire/addresses.ts';
import type { ProtocolName } from '../../wire/ipv4.ts';
import { parseIpv6 } from '../../wire/ipv6-address.ts';
import type { Asking } from './name-resolver.ts';
import { inetAton, numberWithin } from './numbers.ts';

export interface ServiceAddress {
  /** Dotted, or IPv6 in its one form. */
  readonly address: string;
  readonly isIpv6: boolean;
  /** Undefined if none was given. */
  readonly port: number | undefined;
}

/**
 * Undefined if the text is no such address.
 * @param protocol Whose names of ports count; undefined where none has been given yet.
 */
export function* readServiceAddress(
  text: string,
  protocol: ProtocolName | undefined,
): Asking<ServiceAddress | undefined> {
  if (/^\d*$/.test(text)) return undefined;
  const bracketed = /^\[([^\]]*)\]:(.*)$/s.exec(text);
  if (text.startsWith('[') && bracketed === null) return undefined;
  const [, inner = text, portAfter] = bracketed ?? [];
  const ipv6 = parseIpv6(inner);
  if (ipv6 !== undefined) return yield* withPort(ipv6, true, portAfter, protocol);
  // Without IPv6 in them brackets mean nothing, and the port after them is not looked at.
  const colon = inner.lastIndexOf(':');
  const host = colon < 0 ? inner : inner.slice(0, colon);
  const ipv4 = yield* readHost(host);
  if (ipv4 === undefined) return undefined;
  return yield* withPort(formatIpv4(ipv4), false, colon < 0 ? undefined : inner.slice(colon + 1), protocol);
}

/** An IPv4 address or the name of a host. */
export function* readHost(text: string): Asking<Ipv4Address | undefined> {
  return inetAton(text) ?? ((yield { host: text }) as Ipv4Address | undefined);
}

function* withPort(
  address: string,
  isIpv6: boolean,
  portText: string | undefined,
  protocol: ProtocolName | undefined,
): Asking<ServiceAddress | undefined> {
  if (portText === undefined) return { address, isIpv6, port: undefined };
  let port = numberWithin(portText, 0, 65_535);
  if (port === undefined && protocol !== undefined) port = yield { service: portText, protocol };
  return port === undefined ? undefined : { address, isIpv6, port };
}
