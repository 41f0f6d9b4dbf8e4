import { ClaimSet } from './claim-set.ts';
import type { Packet } from './packet.ts';
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
  /** Replies: packets from these endpoints that go to another machine, or to an address of this one that clients on it use. */
  readonly servers: readonly Endpoint[];
  readonly serverRanges: readonly EndpointRange[];
  /** Those of the servers that are on this machine: their replies are the stack's own output. */
  readonly localServers: readonly Endpoint[];
  readonly localServerRanges: readonly EndpointRange[];
  /** Addresses of this machine that clients on it use, beside those of `virtual`. */
  readonly localClients: readonly number[];
  /** Marks that services wait for; netfilter may give them. Signed 32-bit integers. */
  readonly marks: readonly number[];
}

const LAST_PORT = 65_535;
/** What a range of every protocol stands for. */
export const BALANCED_PROTOCOLS: readonly number[] = [
  PROTOCOL.tcp,
  PROTOCOL.udp,
  PROTOCOL.sctp,
  PROTOCOL.ah,
  PROTOCOL.esp,
];

export class Claims {
  readonly virtual = new ClaimSet(endpointText);
  readonly virtualRanges = new ClaimSet(rangeText);
  readonly servers = new ClaimSet(endpointText);
  readonly serverRanges = new ClaimSet(rangeText);
  readonly localServers = new ClaimSet(endpointText);
  readonly localServerRanges = new ClaimSet(rangeText);
  readonly localClients = new ClaimSet<number>(String);
  readonly marks = new ClaimSet<number>(String);
  /** Of the endpoints: fragments are known by them. */
  readonly virtualAddresses = new ClaimSet<number>(String);
  readonly serverAddresses = new ClaimSet<number>(String);
  readonly localServerAddresses = new ClaimSet<number>(String);

  /** Whether there is nothing to claim, so that every packet is the stack's. */
  get empty(): boolean {
    return (
      this.virtual.size === 0 &&
      this.virtualRanges.size === 0 &&
      this.servers.size === 0 &&
      this.serverRanges.size === 0
    );
  }

  /** Another number once anything has changed. */
  get version(): number {
    return (
      this.virtual.version +
      this.virtualRanges.version +
      this.servers.version +
      this.serverRanges.version +
      this.localServers.version +
      this.localServerRanges.version +
      this.localClients.version +
      this.marks.version
    );
  }

  add(endpoints: ClaimedEndpoints): void {
    this.#each(endpoints, (set, claim) => set.add(claim));
  }

  remove(endpoints: ClaimedEndpoints): void {
    this.#each(endpoints, (set, claim) => set.remove(claim));
  }

  /** @param toLocal Whether the packet's destination is an address of this machine, or the packet is marked. */
  covers(packet: Packet, toLocal: boolean): boolean {
    if (this.empty) return false;
    if (this.#coversSide(packet, toLocal)) return true;
    return toLocal && this.#isOfClient(String(packet.destination)) && this.#coversSide(packet, false);
  }

  #isOfClient(address: string): boolean {
    return this.virtualAddresses.has(address) || this.localClients.has(address);
  }

  /** @param toLocal Whether it is asked of the packet as a request; else as a reply. */
  #coversSide(packet: Packet, toLocal: boolean): boolean {
    const { protocol } = packet;
    const address = toLocal ? packet.destination : packet.source;
    const ranges = (toLocal ? this.virtualRanges : this.serverRanges).list;
    // A fragment may not hold the ports or the ICMP type: its address decides, for all fragments alike.
    if (ipIsFragment(packet.bytes, packet.ip)) {
      const addresses = toLocal ? this.virtualAddresses : this.serverAddresses;
      return addresses.has(String(address)) || ranges.some((range) => isWithin(address, range));
    }
    if (protocol === PROTOCOL.icmp) return isHandledIcmpError(packet);
    const port = toLocal ? packet.destinationPort : packet.sourcePort;
    const exact = toLocal ? this.virtual : this.servers;
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

  #each(endpoints: ClaimedEndpoints, visit: <T>(set: ClaimSet<T>, claim: T) => void): void {
    const all = <T>(set: ClaimSet<T>, claims: readonly T[]) => {
      for (const claim of claims) visit(set, claim);
    };
    const withAddresses = (
      set: ClaimSet<Endpoint>,
      addresses: ClaimSet<number>,
      claims: readonly Endpoint[],
    ) => {
      for (const claim of claims) {
        visit(set, claim);
        visit(addresses, claim.address);
      }
    };
    withAddresses(this.virtual, this.virtualAddresses, endpoints.virtual);
    withAddresses(this.servers, this.serverAddresses, endpoints.servers);
    withAddresses(this.localServers, this.localServerAddresses, endpoints.localServers);
    all(this.virtualRanges, endpoints.virtualRanges);
    all(this.serverRanges, endpoints.serverRanges);
    all(this.localServerRanges, endpoints.localServerRanges);
    all(this.localClients, endpoints.localClients);
    all(this.marks, endpoints.marks);
  }
}

/** ICMP errors that may speak of a connection: unreachable, source quench, time exceeded. */
export function isHandledIcmpError(packet: Packet): boolean {
  if (packet.protocol !== PROTOCOL.icmp || packet.l4Bytes < 1) return false;
  const type = icmpType(packet.bytes, packet.l4);
  return type === ICMP_TYPE.unreachable || type === ICMP_TYPE.sourceQuench || type === ICMP_TYPE.timeExceeded;
}

export function isEveryPort({ firstPort, lastPort }: EndpointRange): boolean {
  return firstPort === 0 && lastPort === LAST_PORT;
}

function isWithin(address: number, range: EndpointRange): boolean {
  return ((address ^ range.address) & prefixMask(range.prefixLength)) === 0;
}

function endpointText(at: Endpoint): string {
  return text(at.protocol, at.address, at.port);
}

function rangeText({ protocol, address, prefixLength, firstPort, lastPort }: EndpointRange): string {
  return `${protocol} ${address} ${prefixLength} ${firstPort} ${lastPort}`;
}

function text(protocol: number, address: number, port: number): string {
  return `${protocol} ${address} ${port}`;
}
