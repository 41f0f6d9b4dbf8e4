/**
 * Which packets the director claims for itself. The machine's own stack must not see these, or it would answer them
 * too; what the director claims but does not want it hands back. The same predicate is programmed into the kernel
 * (`io/kernel-guard.ts`), which is why it is made of sets and not of the connection table.
 */
import { METHOD } from './connections/flags.ts';
import type { Packet } from './packet.ts';
import type { ServiceTable } from './services/service-table.ts';
import { ICMP_TYPE, icmpType } from './wire/icmp.ts';
import { ipIsFragment, PROTOCOL } from './wire/ipv4.ts';

/** An address and port of a transport protocol. */
export interface Endpoint {
  readonly protocol: number;
  readonly address: number;
  readonly port: number;
}

export class Claims {
  /** Requests: packets to these endpoints. */
  readonly virtual: readonly Endpoint[];
  /** Replies: packets from these endpoints that go to another machine. */
  readonly servers: readonly Endpoint[];
  readonly #virtual: ReadonlySet<string>;
  readonly #servers: ReadonlySet<string>;
  readonly #virtualAddresses: ReadonlySet<number>;
  readonly #serverAddresses: ReadonlySet<number>;

  constructor(virtual: readonly Endpoint[] = [], servers: readonly Endpoint[] = []) {
    this.#virtual = new Set(virtual.map(endpointText));
    this.#servers = new Set(servers.map(endpointText));
    this.virtual = unique(virtual);
    this.servers = unique(servers);
    this.#virtualAddresses = new Set(virtual.map((endpoint) => endpoint.address));
    this.#serverAddresses = new Set(servers.map((endpoint) => endpoint.address));
  }

  get empty(): boolean {
    return this.virtual.length === 0;
  }

  /** @param toLocal Whether the packet's destination is an address of this machine. */
  covers(packet: Packet, toLocal: boolean): boolean {
    if (this.empty) return false;
    if (ipIsFragment(packet.bytes, packet.ip)) {
      return toLocal
        ? this.#virtualAddresses.has(packet.destination)
        : this.#serverAddresses.has(packet.source);
    }
    if (packet.protocol === PROTOCOL.icmp) return isHandledIcmpError(packet);
    return toLocal
      ? this.#virtual.has(text(packet.protocol, packet.destination, packet.destinationPort))
      : this.#servers.has(text(packet.protocol, packet.source, packet.sourcePort));
  }
}

/** ICMP errors that may speak of a connection: unreachable, source quench, time exceeded. */
export function isHandledIcmpError(packet: Packet): boolean {
  if (packet.protocol !== PROTOCOL.icmp || packet.l4Bytes < 1) return false;
  const type = icmpType(packet.bytes, packet.l4);
  return type === ICMP_TYPE.unreachable || type === ICMP_TYPE.sourceQuench || type === ICMP_TYPE.timeExceeded;
}

/** What follows from the rules: every service, and every server by NAT, deleted ones with connections included. */
export function claimsOf(services: ServiceTable): Claims {
  const virtual: Endpoint[] = [];
  const servers: Endpoint[] = [];
  if (services.size > 0) {
    for (const service of services.all()) {
      virtual.push(service);
      for (const destination of service.destinations) {
        if (destination.method === METHOD.masquerade) servers.push(endpoint(service.protocol, destination));
      }
    }
    for (const { service, destination } of services.parked()) {
      virtual.push(service);
      if (destination.method === METHOD.masquerade) servers.push(endpoint(service.protocol, destination));
    }
  }
  return new Claims(virtual, servers);
}

function endpoint(protocol: number, at: { readonly address: number; readonly port: number }): Endpoint {
  return { protocol, address: at.address, port: at.port };
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
