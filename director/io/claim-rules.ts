/** Claims in the words of nftables. */
import type { ClaimSet } from '../claim-set.ts';
import { BALANCED_PROTOCOLS, type Endpoint, type EndpointRange, isEveryPort } from '../claims.ts';
import { formatIpv4, prefixMask } from '../wire/addresses.ts';
import type { Changes } from './nftables.ts';

/** Sets of endpoints and of their addresses, which fragments are known by. */
export function endpointSets(
  name: string,
  endpoints: ClaimSet<Endpoint>,
  addresses: ClaimSet<number>,
): Readonly<Record<string, Changes>> {
  return {
    [`${name}s`]: endpoints.follow(elementOf),
    [`${name}-addresses`]: addresses.follow(formatIpv4),
  };
}

/** An element of a set of protocol, address and port. */
function elementOf(at: Endpoint): string {
  return `${at.protocol} . ${formatIpv4(at.address)} . ${at.port}`;
}

/** What matches a range by its destination (`d`) or by its source (`s`): whole packets, and fragments. */
export function rangeMatches(range: EndpointRange, side: 's' | 'd'): string[] {
  const address = `ip ${side}addr ${formatPrefix({ network: range.address, prefixLength: range.prefixLength })}`;
  const protocols = range.protocol === 0 ? BALANCED_PROTOCOLS : [range.protocol];
  // AH and ESP have no ports, and are claimed by address alone.
  const ports = isEveryPort(range) ? '' : ` th ${side}port ${range.firstPort}-${range.lastPort}`;
  return [
    `meta l4proto { ${protocols.join(', ')} } ${address}${ports}`,
    `ip frag-off & 0x3fff != 0 ${address}`,
  ];
}

export function formatPrefix({ network, prefixLength }: { network: number; prefixLength: number }): string {
  return `${formatIpv4(network & prefixMask(prefixLength))}/${prefixLength}`;
}
