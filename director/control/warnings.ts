/** What the director cannot do for its rules, or not on this machine as it is, as warnings for its user. */
import type { Destination } from '../services/destination.ts';
import { METHOD } from '../services/forwarding-method.ts';
import type { VirtualService } from '../services/virtual-service.ts';
import type { DirectorState } from '../state.ts';
import { formatIpv4, isLoopback } from '../wire/addresses.ts';
import { protocolName } from '../wire/ipv4.ts';
import { atOnce, type Steps } from './turns.ts';

/** More are counted, not named. */
const MOST_NAMED = 3;

export function warningsOf(state: WarnedState): string[] {
  return atOnce(warningSteps(state));
}

type WarnedState = Pick<DirectorState, 'services' | 'routes' | 'marks'>;

/** The same in steps: with many services it takes a while. */
export function* warningSteps(state: WarnedState): Steps<string[]> {
  return [...(yield* ruleWarnings(state)), ...(yield* networkWarnings(state))];
}

/** Rules that are accepted and listed but not fully supported yet. */
function* ruleWarnings({ services }: Pick<DirectorState, 'services'>): Steps<string[]> {
  const ipv6Services: string[] = [];
  const ipv6Servers: string[] = [];
  const engines: string[] = [];
  for (const service of services.everything()) {
    yield;
    const name = serviceName(service);
    if (service.ipv6 !== undefined) ipv6Services.push(name);
    else ipv6Servers.push(...service.destinations.filter(isIpv6).map((server) => serverOf(server, service)));
    if (service.engine) engines.push(`${name} (${service.engine})`);
  }
  return [
    warning(ipv6Services, 'IPv6 services are listed but not balanced yet'),
    warning(ipv6Servers, 'packets for IPv6 servers are dropped: tunnels over IPv6 are not supported yet'),
    warning(engines, 'persistence engines are listed but not used: clients are identified by address alone'),
  ].flat();
}

/** What is missing on the machine for the rules to work. */
function* networkWarnings({ services, routes, marks }: WarnedState): Steps<string[]> {
  const foreign: string[] = [];
  const unrouted: string[] = [];
  const unforwarded: string[] = [];
  const loopback: string[] = [];
  for (const service of services.all()) {
    const { address, mark, destinations } = service;
    if (mark === 0 && !routes.isLocal(address) && !marks.cover(address)) foreign.push(serviceName(service));
    for (const server of destinations) {
      yield;
      if (server.method === METHOD.masquerade && isLoopback(server.address))
        loopback.push(serverOf(server, service));
      if (isIpv6(server) || routes.isLocal(server.address)) continue;
      if (routes.lookup(server.address) === null) unrouted.push(serverOf(server, service));
    }
    const needsForwarding = (server: Destination) =>
      server.method === METHOD.masquerade && !routes.isLocal(server.address);
    if (!routes.ipForward && destinations.some(needsForwarding)) unforwarded.push(serviceName(service));
  }
  return [
    warning(
      routes.snapshot.unusablePorts ?? [],
      'nothing is balanced on interfaces with a double quote in their name, which nftables cannot write',
    ),
    warning(
      foreign,
      'the address of a service is on no interface of this machine, so no packet comes for it',
    ),
    warning(
      routes.snapshot.unheededRules ?? [],
      'policy rules by mark, TOS, protocol, port or user do not count for balanced packets',
    ),
    warning(unrouted, 'this machine has no route that the director can use to real servers'),
    warning(
      loopback,
      'a NAT server with a loopback address serves clients on this machine only, as with the kernel',
    ),
    warning(unforwarded, 'net.ipv4.ip_forward is 0, so replies of NAT servers are dropped'),
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

function serverOf({ ipv6, address, port }: Destination, service: VirtualService): string {
  const host = ipv6 === undefined ? formatIpv4(address) : `[${ipv6}]`;
  return `${host}:${port} of ${serviceName(service)}`;
}
