/** IPv4 addresses in all the forms that `inet_aton` of the C library takes. */
import type { Ipv4Address } from '../../wire/addresses.ts';

const PART = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
/** Largest last part, by how many parts come before it: it fills what they leave. */
const LARGEST_LAST = [0xffff_ffff, 0xff_ffff, 0xffff, 0xff];

/** One to four numbers, decimal, octal (`010`) or hexadecimal (`0x8`); what follows a blank does not count. */
export function inetAton(text: string): Ipv4Address | undefined {
  const [address = ''] = text.split(/[ \t\n\v\f\r]/, 1);
  const parts = address.split('.');
  const last = parts.length - 1;
  const largestLast = LARGEST_LAST[last];
  if (largestLast === undefined || !parts.every((part) => PART.test(part))) return undefined;
  const values = parts.map((part) => (/^0[0-7]/.test(part) ? Number(`0o${part.slice(1)}`) : Number(part)));
  if (!values.every((value, i) => value <= (i === last ? largestLast : 0xff))) return undefined;
  return values.reduce(
    (sum, value, i) => sum | (i === last ? value : value << (24 - 8 * i)),
    0,
  ) as Ipv4Address;
}
