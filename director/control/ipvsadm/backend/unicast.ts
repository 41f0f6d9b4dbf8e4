/** Which addresses a real server may have: those of one station, or of this machine. */
import type { Routes } from '../../../network/routes.ts';
import { isUnicast, prefixMask } from '../../../wire/addresses.ts';
import { type Ipv6Address, ipv6Groups } from '../../../wire/ipv6-address.ts';

/** Longest prefix whose last address is for all stations of the network (RFC 3021). */
const LONGEST_BROADCAST_PREFIX = 30;

export function mayServeIpv4(address: number, routes: Routes): boolean {
  if (routes.isLocal(address)) return true;
  if (!isUnicast(address)) return false;
  return !routes.snapshot.ports.some(({ addresses }) =>
    addresses.some(
      (own) =>
        own.prefixLength <= LONGEST_BROADCAST_PREFIX &&
        address === (own.address | ~prefixMask(own.prefixLength)),
    ),
  );
}

/** Link-local addresses, multicast, `::` and addresses that stand for IPv4 ones are none of a server. */
export function mayServeIpv6(address: Ipv6Address): boolean {
  const groups = ipv6Groups(address);
  const [first = 0] = groups;
  const isMulticast = first >> 8 === 0xff;
  const isLinkLocal = (first & 0xffc0) === 0xfe80;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return !(isMulticast || isLinkLocal || isMapped || groups.every((group) => group === 0));
}
