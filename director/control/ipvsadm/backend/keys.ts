/** Between the names of services and servers in operations and the keys of the director's tables; and which keys are legal. */

import type { Routes } from '../../../network/routes.ts';
import { foldedAddress, type ServerKey } from '../../../services/destination.ts';
import type { ServiceKey, VirtualService } from '../../../services/virtual-service.ts';
import { formatIpv4, isUnicast, parseIpv4, prefixMask, UNSPECIFIED } from '../../../wire/addresses.ts';
import { PROTOCOL, type ProtocolName, protocolName } from '../../../wire/ipv4.ts';
import { type Ipv6Address, ipv6Groups, parseIpv6 } from '../../../wire/ipv6-address.ts';
import type { ServerName, ServiceName } from './operations.ts';

const ANY_IPV6 = '::' as Ipv6Address;

export function serviceKey(name: ServiceName): ServiceKey {
  if ('mark' in name) {
    const ipv6 = name.isIpv6 ? ANY_IPV6 : undefined;
    return { protocol: 0, address: UNSPECIFIED, port: 0, mark: name.mark | 0, ipv6 };
  }
  const address = parseIpv4(name.address);
  return {
    protocol: PROTOCOL[name.protocol],
    address: address ?? UNSPECIFIED,
    port: name.port,
    ipv6: address === undefined ? parseIpv6(name.address) : undefined,
  };
}

export function serviceName(key: ServiceKey): ServiceName {
  if (key.mark) return { mark: key.mark >>> 0, isIpv6: key.ipv6 !== undefined };
  const address = key.ipv6 ?? formatIpv4(key.address);
  return { protocol: protocolName(key.protocol) as ProtocolName, address, port: key.port };
}

export function serverKey({ address, port }: ServerName): ServerKey {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return { address: ipv4, port };
  const ipv6 = parseIpv6(address);
  return ipv6 === undefined ? { address: UNSPECIFIED, port } : { address: foldedAddress(ipv6), port, ipv6 };
}

export function serverName({ address, port, ipv6 }: ServerKey): ServerName {
  return { address: ipv6 ?? formatIpv4(address), port };
}

export function isSameFamily(service: VirtualService, server: ServerKey): boolean {
  return (service.ipv6 === undefined) === (server.ipv6 === undefined);
}

/** Longest prefix whose last address is for all stations of the network (RFC 3021). */
const LONGEST_BROADCAST_PREFIX = 30;

/** False for addresses that no single host has: multicast, and broadcast on this machine's networks. */
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
