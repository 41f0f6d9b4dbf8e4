/** Reads the group that sync daemons speak to. */
import { isIPv4 } from 'node:net';
import { parseIpv6 } from '../../wire/ipv6-address.ts';
import { fail } from './errors.ts';

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
