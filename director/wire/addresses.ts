/**
 * Addresses are parsed once, where text comes in, and are numbers or bytes from there on.
 */

/** An IPv4 address in host order as a signed 32-bit integer: 10.0.0.1 is 0x0a000001. */
export type Ipv4Address = number & { readonly __brand: 'Ipv4Address' };

/** Six bytes. */
export type MacAddress = Uint8Array & { readonly __brand: 'MacAddress' };

export const UNSPECIFIED = 0 as Ipv4Address;

const DOT = 0x2e;
const DIGIT_ZERO = 0x30;
const MAX_DIGITS = 3;

/** Parses a dotted quad. Returns undefined if it is not one. By character, as it is done for each line of long rules. */
export function parseIpv4(text: string): Ipv4Address | undefined {
  let value = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined;
      value = (value << 8) | byte;
      byte = 0;
      digits = 0;
      continue;
    }
    const digit = code - DIGIT_ZERO;
    if (digit < 0 || digit > 9 || ++digits > MAX_DIGITS) return undefined;
    byte = byte * 10 + digit;
    if (byte > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? (((value << 8) | byte) as Ipv4Address) : undefined;
}

/** For constants and tests: as `parseIpv4`, but throws on bad text. */
export function ipv4(text: string): Ipv4Address {
  const address = parseIpv4(text);
  if (address === undefined) throw new TypeError(`expected an IPv4 address such as 10.0.0.1, got "${text}"`);
  return address;
}

export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** False for addresses that no single station has: 0.0.0.0 (the rest of 0.0.0.0/8 Linux takes since 5.3), multicast, broadcast. */
export function isUnicast(address: number): boolean {
  const first = address >>> 24;
  return address !== 0 && (first < 224 || first > 239) && address !== -1;
}

/** True in 127.0.0.0/8, which no packet on a link may carry (RFC 1122 §3.2.1.3). */
export function isLoopback(address: number): boolean {
  return address >>> 24 === 127;
}

/** The netmask of a prefix length 0 to 32, as a signed 32-bit integer. */
export function prefixMask(length: number): number {
  return length === 0 ? 0 : -1 << (32 - length);
}

export function mac(text: string): MacAddress {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new TypeError(`expected a MAC address such as 02:00:00:00:00:01, got "${text}"`);
  }
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16)) as MacAddress;
}

export function formatMac(bytes: Uint8Array, at = 0): string {
  return Array.from(bytes.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
