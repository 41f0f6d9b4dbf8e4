/** IPv6 addresses as text (RFC 4291 §2.2) and as eight 16-bit groups. */
import { isIPv6 } from 'node:net';
import { formatIpv4, parseIpv4 } from './addresses.ts';

/** An IPv6 address in the one form in which it is written here, so that equal addresses are equal texts. */
export type Ipv6Address = string & { readonly __brand: 'Ipv6Address' };

const GROUPS = 8;

/** Parses an address without a zone. Returns undefined if it is none. */
export function parseIpv6(text: string): Ipv6Address | undefined {
  return isIPv6(text) && !text.includes('%') ? formatIpv6(groupsOf(text)) : undefined;
}

/** The groups of an address, in order. */
export function ipv6Groups(address: Ipv6Address): readonly number[] {
  return groupsOf(address);
}

/** The four 32-bit words of an address, as signed integers. */
export function ipv6Words(address: Ipv6Address): readonly number[] {
  const groups = groupsOf(address);
  return [0, 2, 4, 6].map((i) => ((groups[i] as number) << 16) | (groups[i + 1] as number));
}

function groupsOf(text: string): number[] {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) {
    const quad = parseIpv4(tail) as number;
    return groupsOf(
      `${text.slice(0, lastColon + 1)}${(quad >>> 16).toString(16)}:${(quad & 0xffff).toString(16)}`,
    );
  }
  const [head = '', rest] = text.split('::');
  const before = groupNumbers(head);
  if (rest === undefined) return before;
  const after = groupNumbers(rest);
  return [...before, ...Array<number>(GROUPS - before.length - after.length).fill(0), ...after];
}

function groupNumbers(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** As `inet_ntop` writes it: the first longest run of zeros is left out, an IPv4 address within ends dotted. */
function formatIpv6(groups: readonly number[]): Ipv6Address {
  const { start, length } = longestZeros(groups);
  const embedsIpv4 = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const words = groups.map((group) => group.toString(16));
  if (embedsIpv4) {
    const quad = ((groups[6] as number) << 16) | (groups[7] as number);
    words.splice(6, 2, formatIpv4(quad));
  }
  if (length < 2) return words.join(':') as Ipv6Address;
  const before = words.slice(0, start).join(':');
  return `${before}::${words.slice(start + length).join(':')}` as Ipv6Address;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
