/** ICMP redirects (RFC 792): a router tells a host of a better gateway, which under NAT leads past the director. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { hostsOf, packetsOf, type SiteServer } from '../site.ts';
import type { SiteView } from './site-view.ts';

const REDIRECT = 5;

export function redirectsTo({ site }: SiteView, server: SiteServer): DecodedPacket[] {
  return hostsOf(site)
    .flatMap(packetsOf)
    .filter(({ ip }) => ip?.icmpType === REDIRECT && ip.destination === server.rip);
}
