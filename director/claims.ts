import { ISAKMP_PORT } from './connections/lookup.ts';
import type { Packet } from './packet.ts';
import { METHOD } from './services/forwarding-method.ts';
import type { Marks } from './services/marks.ts';
import type { ServiceTable } from './services/service-table.ts';
import type { ServiceKey } from './services/virtual-service.ts';
import { prefixMask } from './wire/addresses.ts';
import { ICMP_TYPE, icmpType } from './wire/icmp.ts';
import { ipIsFragment, PROTOCOL } from './wire/ipv4.ts';

/** An address and port of a transport protocol. */
export interface Endpoint {
  readonly protocol: number;
  readonly address: number;
  readonly port: number;
}

/** Many endpoints at once: what FTP services, services of every port and firewall marks ask for. */
export interface EndpointRange {
  /** 0 for every one. */
  readonly protocol: number;
  readonly address: number;
  readonly prefixLength: number;
  readonly firstPort: number;
  readonly lastPort: number;
}

export interface ClaimedEndpoints {
  /** Requests: packets to these endpoints. */
  readonly virtual: readonly Endpoint[];
  readonly virtualRanges: readonly EndpointRange[];
  /** Replies: packets from these endpoints that go to another machine, or to one of `localClients`. */
  readonly servers: readonly Endpoint[];
  readonly serverRanges: readonly EndpointRange[];
  /** Those of the servers that are on this machine: their replies are the stack's own output. */
  readonly localServers: readonly Endpoint[];
  readonly localServerRanges: readonly EndpointRange[];
  /** Addresses of this machine that clients on it use. */
  readonly localClients: readonly number[];
  /** Marks that services wait for; netfilter may give them. Signed 32-bit integers. */
  readonly marks: readonly number[];
}

const FTP_PORT = 21;
const FTP_DATA_PORT = 20;
const FIRST_UNPRIVILEGED_PORT = 1024;
const LAST_PORT = 65_535;
/** They follow the UDP flow of their key exchange. */
const WITHOUT_PORTS = [PROTOCOL.ah, PROTOCOL.esp];
/** What a range of every protocol stands for. */
export const BALANCED_PROTOCOLS: readonly number[] = [
  PROTOCOL.tcp,
  PROTOCOL.udp,
  PROTOCOL.sctp,
  ...WITHOUT_PORTS,
];

export class Claims implements ClaimedEndpoints {
  readonly virtual: readonly Endpoint[];
  readonly virtualRanges: readonly EndpointRange[];
  readonly servers: readonly Endpoint[];
  readonly serverRanges: readonly EndpointRange[];
  readonly localServers: readonly Endpoint[];
  readonly localServerRanges: readonly EndpointRange[];
  readonly localClients: readonly number[];
  readonly marks: readonly number[];
  /** Whether there is nothing to claim, so that every packet is the stack's. */
  readonly empty: boolean;
  readonly #localClients: ReadonlySet<number>;
  readonly #virtual: ReadonlySet<string>;
  readonly #servers: ReadonlySet<string>;
  readonly #virtualAddresses: ReadonlySet<number>;
  readonly #serverAddresses: ReadonlySet<number>;

  constructor(endpoints: ClaimedEndpoints = NOTHING) {
    const { virtual, virtualRanges, servers, serverRanges } = endpoints;
    this.#virtual = new Set(virtual.map(endpointText));
    this.#servers = new Set(servers.map(endpointText));
    this.virtual = unique(virtual);
    this.virtualRanges = virtualRanges;
    this.servers = unique(servers);
    this.serverRanges = serverRanges;
    this.localServers = unique(endpoints.localServers);
    this.localServerRanges = endpoints.localServerRanges;
    this.localClients = endpoints.localClients;
    this.marks = endpoints.marks;
    this.empty = [virtual, virtualRanges, servers, serverRanges].every(({ length }) => length === 0);
    this.#localClients = new Set(endpoints.localClients);
    this.#virtualAddresses = new Set(virtual.map((endpoint) => endpoint.address));
    this.#serverAddresses = new Set(servers.map((endpoint) => endpoint.address));
  }

  /** @param toLocal Whether the packet's destination is an address of this machine, or the packet is marked. */
  covers(packet: Packet, toLocal: boolean): boolean {
    if (this.empty) return false;
    if (this.#coversSide(packet, toLocal)) return true;
    return toLocal && this.#localClients.has(packet.destination) && this.#coversSide(packet, false);
  }

  /** @param toLocal Whether it is asked of the packet as a request; else as a reply. */
  #coversSide(packet: Packet, toLocal: boolean): boolean {
    const { protocol } = packet;
    const address = toLocal ? packet.destination : packet.source;
    const ranges = toLocal ? this.virtualRanges : this.serverRanges;
    // A fragment may not hold the ports or the ICMP type: its address decides, for all fragments alike.
    if (ipIsFragment(packet.bytes, packet.ip)) {
      const addresses = toLocal ? this.#virtualAddresses : this.#serverAddresses;
      return addresses.has(address) || ranges.some((range) => isWithin(address, range));
    }
    if (protocol === PROTOCOL.icmp) return isHandledIcmpError(packet);
    const port = toLocal ? packet.destinationPort : packet.sourcePort;
    const exact = toLocal ? this.#virtual : this.#servers;
    return (
      exact.has(text(protocol, address, port)) ||
      ranges.some(
        (range) =>
          isWithin(address, range) &&
          (range.protocol === 0 ? BALANCED_PROTOCOLS.includes(protocol) : range.protocol === protocol) &&
          port >= range.firstPort &&
          port <= range.lastPort,
      )
    );
  }
}

const NOTHING: ClaimedEndpoints = {
  virtual: [],
  virtualRanges: [],
  servers: [],
  serverRanges: [],
  localServers: [],
  localServerRanges: [],
  localClients: [],
  marks: [],
};

/** What the claims depend on besides the rules. */
export interface ClaimsContext {
  /** Whether an address is one of this machine's. */
  readonly isLocal: (address: number) => boolean;
  /** Addresses from which clients on this machine have asked so far. */
  readonly localClients: ReadonlySet<number>;
}

/** ICMP errors that may speak of a connection: unreachable, source quench, time exceeded. */
export function isHandledIcmpError(packet: Packet): boolean {
  if (packet.protocol !== PROTOCOL.icmp || packet.l4Bytes < 1) return false;
  const type = icmpType(packet.bytes, packet.l4);
  return type === ICMP_TYPE.unreachable || type === ICMP_TYPE.sourceQuench || type === ICMP_TYPE.timeExceeded;
}

/** What follows from the rules: every service, and every server by NAT, deleted ones with connections included. */
export function claimsOf(
  services: ServiceTable,
  marks: Marks,
  { isLocal, localClients }: ClaimsContext,
): Claims {
  const virtual: Endpoint[] = [];
  const virtualRanges: EndpointRange[] = [];
  const servers: Endpoint[] = [];
  const serverRanges: EndpointRange[] = [];
  const localServers: Endpoint[] = [];
  const localServerRanges: EndpointRange[] = [];
  // A client on this machine that asks for a VIP of this machine has that address itself, unless it chose another.
  const clients = new Set(localClients);
  const awaitedMarks = new Set<number>();

  function claimService(service: ServiceKey): void {
    const { protocol, address, port, mark } = service;
    if (mark) {
      awaitedMarks.add(mark);
      return;
    }
    clients.add(address);
    if (port !== 0) virtual.push({ protocol, address, port });
    else virtualRanges.push(everyPort(protocol, address));
    if (protocol === PROTOCOL.tcp && port === FTP_PORT) {
      virtual.push({ protocol, address, port: FTP_DATA_PORT });
      virtualRanges.push({ ...everyPort(protocol, address), firstPort: FIRST_UNPRIVILEGED_PORT });
    }
    if (isFollowed(service)) virtualRanges.push(...WITHOUT_PORTS.map((other) => everyPort(other, address)));
  }

  function claimServer(
    service: ServiceKey,
    { method, address, port }: { method: number; address: number; port: number },
  ): void {
    if (method !== METHOD.masquerade) return;
    // Behind a mark, persistence or FTP the server's port is whatever the client asked for.
    const isFixed = port !== 0 && !service.mark && service.port !== 0 && service.port !== FTP_PORT;
    const endpoints = isFixed ? [{ protocol: service.protocol, address, port }] : [];
    const ranges = isFixed ? [] : [everyPort(service.protocol, address)];
    if (isFollowed(service)) ranges.push(...WITHOUT_PORTS.map((other) => everyPort(other, address)));
    servers.push(...endpoints);
    serverRanges.push(...ranges);
    if (!isLocal(address)) return;
    localServers.push(...endpoints);
    localServerRanges.push(...ranges);
  }

  if (services.size > 0) {
    for (const service of services.all()) {
      claimService(service);
      for (const destination of service.destinations) claimServer(service, destination);
    }
    for (const { service, destination } of services.parked()) {
      claimService(service);
      claimServer(service, destination);
    }
    for (const { mark, port, ...rule } of marks.rules) {
      if (mark !== 0) {
        virtualRanges.push({ ...rule, firstPort: port, lastPort: port === 0 ? LAST_PORT : port });
      }
    }
  }
  return new Claims({
    virtual,
    virtualRanges,
    servers,
    serverRanges,
    localServers,
    localServerRanges,
    localClients: [...clients],
    marks: [...awaitedMarks],
  });
}

/** Whether connections of the service may have AH and ESP packets follow them. A mark’s are in the mark’s own ranges. */
function isFollowed({ protocol, port, mark }: ServiceKey): boolean {
  return !mark && protocol === PROTOCOL.udp && (port === ISAKMP_PORT || port === 0);
}

export function isEveryPort({ firstPort, lastPort }: EndpointRange): boolean {
  return firstPort === 0 && lastPort === LAST_PORT;
}

function everyPort(protocol: number, address: number): EndpointRange {
  return { protocol, address, prefixLength: 32, firstPort: 0, lastPort: LAST_PORT };
}

function isWithin(address: number, range: EndpointRange): boolean {
  return ((address ^ range.address) & prefixMask(range.prefixLength)) === 0;
}

function unique(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((one) => [endpointText(one), one])).values()];
}

function endpointText(at: Endpoint): string {
  return text(at.protocol, at.address, at.port);
}

function text(protocol: number, address: number, port: number): string {
  return `${protocol} ${address} ${port}`;
}
