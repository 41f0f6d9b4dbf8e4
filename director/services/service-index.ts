/** Finds the service that a packet is for. Every packet that opens a connection asks, so nothing is allocated. */
import { PROTOCOL } from '../wire/ipv4.ts';
import type { ServiceKey, VirtualService } from './virtual-service.ts';

const FTP_PORT = 21;
const FTP_DATA_PORT = 20;
/** Ports from here on may be passive FTP's (net.ipv4.ip_unprivileged_port_start). */
const FIRST_UNPRIVILEGED_PORT = 1024;

export class ServiceIndex {
  readonly #everything = new Set<VirtualService>();
  /** IPv4. */
  readonly #all = new Set<VirtualService>();
  readonly #byMark = new Map<number, VirtualService>();
  /** By address, then by protocol and port in one number. */
  readonly #byAddress = new Map<number, Map<number, VirtualService>>();
  /** IPv6, by their key as text: packets never ask for these. */
  readonly #held = new Map<string, VirtualService>();

  /** Another number once a service has come or gone. */
  version = 0;

  /** How many packets may find: the IPv4 services. */
  get size(): number {
    return this.#all.size;
  }

  /** The IPv4 services, in the order in which they were added. */
  all(): IterableIterator<VirtualService> {
    return this.#all.values();
  }

  /** The same with the IPv6 services. */
  everything(): IterableIterator<VirtualService> {
    return this.#everything.values();
  }

  /** The service with exactly this key. */
  get(key: ServiceKey): VirtualService | undefined {
    if (key.ipv6 !== undefined) return this.#held.get(heldText(key));
    return key.mark ? this.#byMark.get(key.mark) : this.#exact(key.protocol, key.address, key.port);
  }

  /** The service for a packet: by its mark, by its endpoint, as FTP's data, or by its address alone. */
  find(protocol: number, address: number, port: number, mark: number): VirtualService | undefined {
    if (mark !== 0) {
      const marked = this.#byMark.get(mark);
      if (marked !== undefined) return marked;
    }
    const ports = this.#byAddress.get(address);
    if (ports === undefined) return undefined;
    const exact = ports.get(slot(protocol, port));
    if (exact !== undefined) return exact;
    if (protocol === PROTOCOL.tcp && (port === FTP_DATA_PORT || port >= FIRST_UNPRIVILEGED_PORT)) {
      const ftp = ports.get(slot(protocol, FTP_PORT));
      if (ftp !== undefined) return ftp;
    }
    return ports.get(slot(protocol, 0));
  }

  add(service: VirtualService): void {
    this.version++;
    this.#everything.add(service);
    if (service.ipv6 !== undefined) {
      this.#held.set(heldText(service), service);
      return;
    }
    this.#all.add(service);
    if (service.mark !== 0) {
      this.#byMark.set(service.mark, service);
      return;
    }
    let ports = this.#byAddress.get(service.address);
    if (ports === undefined) {
      ports = new Map();
      this.#byAddress.set(service.address, ports);
    }
    ports.set(slot(service.protocol, service.port), service);
  }

  delete(service: VirtualService): void {
    this.version++;
    this.#everything.delete(service);
    if (service.ipv6 !== undefined) {
      this.#held.delete(heldText(service));
      return;
    }
    this.#all.delete(service);
    if (service.mark !== 0) {
      this.#byMark.delete(service.mark);
      return;
    }
    const ports = this.#byAddress.get(service.address);
    ports?.delete(slot(service.protocol, service.port));
    if (ports?.size === 0) this.#byAddress.delete(service.address);
  }

  #exact(protocol: number, address: number, port: number): VirtualService | undefined {
    return this.#byAddress.get(address)?.get(slot(protocol, port));
  }
}

function heldText({ mark = 0, protocol, ipv6, port }: ServiceKey): string {
  return mark === 0 ? `${protocol} ${ipv6} ${port}` : `mark ${mark}`;
}

function slot(protocol: number, port: number): number {
  return (protocol << 16) | port;
}
