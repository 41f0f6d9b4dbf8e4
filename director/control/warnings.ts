/** Rules that the director accepts and lists but does not fully support yet, as warnings for its user. */
import type { Destination } from '../services/destination.ts';
import type { ServiceTable } from '../services/service-table.ts';
import type { VirtualService } from '../services/virtual-service.ts';
import { formatIpv4 } from '../wire/addresses.ts';
import { protocolName } from '../wire/ipv4.ts';

/** More are counted, not named. */
const MOST_NAMED = 3;

export function warningsOf(services: ServiceTable): string[] {
  const ipv6Services: string[] = [];
  const ipv6Servers: string[] = [];
  const engines: string[] = [];
  for (const service of services.everything()) {
    const name = serviceName(service);
    if (service.ipv6 !== undefined) ipv6Services.push(name);
    else
      ipv6Servers.push(
        ...service.destinations.filter(isIpv6).map((server) => `${serverName(server)} of ${name}`),
      );
    if (service.engine) engines.push(`${name} (${service.engine})`);
  }
  return [
    warning(ipv6Services, 'IPv6 services are listed but not balanced yet'),
    warning(ipv6Servers, 'packets for IPv6 servers are dropped: tunnels over IPv6 are not supported yet'),
    warning(engines, 'persistence engines are listed but not used: clients are identified by address alone'),
  ].flat();
}

function isIpv6({ ipv6 }: Destination): boolean {
  return ipv6 !== undefined;
}

function warning(names: readonly string[], text: string): string[] {
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [`${text}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`];
}

function serviceName({ mark, protocol, ipv6, address, port }: VirtualService): string {
  if (mark !== 0) return `FWM ${mark >>> 0}${ipv6 === undefined ? '' : ' IPv6'}`;
  const host = ipv6 === undefined ? formatIpv4(address) : `[${ipv6}]`;
  return `${protocolName(protocol).toUpperCase()} ${host}:${port}`;
}

function serverName({ ipv6, port }: Destination): string {
  return `[${ipv6}]:${port}`;
}
