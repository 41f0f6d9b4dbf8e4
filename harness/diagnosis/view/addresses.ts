/** Addresses as sentences name them. */
import { formatAddress, formatEndpoint } from '../../../lab/captures/format.ts';
import { TCP, UDP } from '../../../lab/frames/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { isWithin } from '../host-facts.ts';
import type { SiteServer, SiteService } from '../site.ts';
import type { Flow } from './flow.ts';
import type { SiteView } from './site-view.ts';

/** The director’s address that a server can use as its gateway, where facts or captures tell. */
export function dipFor({ site, stations }: SiteView, server: SiteServer): string | undefined {
  const { director } = site;
  if (director.dipText !== undefined) return director.dipText;
  for (const { addresses } of director.facts?.interfaces.values() ?? []) {
    const own = addresses.find((one) => one.prefixLength < 32 && isWithin(server.rip, one));
    if (own !== undefined) return own.address;
  }
  const rips = new Set(site.servers.map(({ rip }) => rip));
  const speaking = stations.announcers
    .filter(([, macs]) => [...macs].some((mac) => stations.ofDirector.has(mac)))
    .map(([address]) => address)
    .filter((address) => address !== site.vip && !rips.has(address));
  return speaking.length === 1 ? formatAddress(speaking[0] as number) : undefined;
}

/** `client 10.0.1.2`, `3 clients (10.0.1.2, …)` */
export function clientsText(flows: readonly Flow[]): string {
  const clients = [...new Set(flows.map(({ client }) => client))].map(formatAddress);
  const [first] = clients;
  return clients.length === 1 ? `client ${first}` : `${counted(clients.length, 'client')} (${first}, …)`;
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = { [TCP]: 'TCP', [UDP]: 'UDP', 132: 'SCTP' };

/** `TCP 10.0.1.100:80`; without a port where a service has them all. */
export function serviceText(vip: number, { protocol, virtualPort }: SiteService): string {
  return `${PROTOCOL_NAMES[protocol] ?? `protocol ${protocol}`} ${formatEndpoint(vip, virtualPort)}`;
}
