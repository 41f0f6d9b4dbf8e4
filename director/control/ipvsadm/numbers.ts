/** Numbers and addresses as `ipvsadm` reads them: with strtol and inet_aton of the C library. */

import { isIPv4 } from 'node:net';
import type { Ipv4Address } from '../../wire/addresses.ts';
import { parseIpv6 } from '../../wire/ipv6-address.ts';
import { fail } from './errors.ts';

/** As strtol with base 10: blanks and a sign may come first. */
const WHOLE_NUMBER = /^[ \t\n\v\f\r]*[+-]?\d+$/;

export const MAX_INT = 2_147_483_647;
const MAX_MARK = 4_294_967_295;
/** 31 days. */
export const MAX_TIMEOUT_SECONDS = 2_678_400;
const DEFAULT_PERSISTENCE_SECONDS = 360;

/** The number that a text is; undefined if it is none from `least` to `most`. */
export function numberWithin(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return WHOLE_NUMBER.test(text) && value >= least && value <= most ? value + 0 : undefined;
}

export function readNumber(text: string, least: number, most: number, message: string): number {
  return numberWithin(text, least, most) ?? fail(message);
}

/** Seconds. */
export function readTimeout(text: string, least: number): number {
  return readNumber(text, least, MAX_TIMEOUT_SECONDS, `invalid timeout value \`${text}' specified`);
}

/** @param text Undefined where `-p` stands alone. */
export function readPersistence(text: string | undefined): number {
  return text === undefined ? DEFAULT_PERSISTENCE_SECONDS : readTimeout(text, 1);
}

/** A firewall mark, 1 to 2^32 - 1. */
export function readMark(text: string): number {
  return readNumber(text, 1, MAX_MARK, `invalid fwmark value \`${text}' specified`);
}

/** The number that a text begins with, 0 if it begins with none. */
export function leadingNumber(text: string): number {
  return Number(/^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}

/** A part of an address: hexadecimal, octal or decimal. */
const PART = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;

/** Largest last part, by how many parts come before it: it fills what they leave. */
const LARGEST_LAST = [0xffff_ffff, 0xff_ffff, 0xffff, 0xff];

/** An IPv4 address in any form that `inet_aton` takes: one to four numbers, decimal, octal (`010`) or hexadecimal (`0x8`); what follows a blank does not count. */
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

/** The multicast group of the sync daemons. */
export function readGroup(text: string): string {
  if (text.includes(':')) {
    const group = parseIpv6(text);
    return group?.startsWith('ff') && isFourDigits(group)
      ? group
      : fail(`invalid IPv6 mcast-group \`${text}'`);
  }
  const isMulticast = isIPv4(text) && Number(text.split('.', 1)[0]) >> 4 === 0b1110;
  return isMulticast ? text : fail(`invalid IPv4 mcast-group \`${text}'`);
}

/** `ff:…` is 00ff:…, which is no group. */
function isFourDigits(address: string): boolean {
  return address.indexOf(':') === 4;
}
