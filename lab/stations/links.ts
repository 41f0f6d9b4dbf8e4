/** A station’s interfaces, addresses and routes, as its topology says. */
import { Prefix } from '../frames/index.ts';
import type { Host } from '../topology.ts';
import { StationError } from './station.ts';

/** One interface. */
export interface Link {
  readonly name: string;
  readonly mac: string;
  mtuBytes: number;
  /** Primary address first. */
  readonly addresses: readonly { readonly address: string; readonly subnet: Prefix }[];
}

/** Where a packet goes next. */
export interface NextHop {
  readonly link: Link;
  /** Who is given the packet: the destination itself or a gateway. */
  readonly nextHop: string;
}

const DEFAULT_MTU_BYTES = 1500;

export class Links {
  readonly #spec: Host;
  readonly #links: readonly Link[];
  readonly #own: ReadonlySet<string>;
  readonly #routes: readonly { readonly to: Prefix; readonly via: string }[];
  readonly #standsFor: readonly Prefix[];

  /** @param standsFor Blocks of addresses behind the host that it answers for. */
  constructor(spec: Host, standsFor: readonly string[] = []) {
    this.#spec = spec;
    this.#links = spec.interfaces.map(({ name, mac, mtu, addresses }) => ({
      name,
      mac,
      mtuBytes: mtu ?? DEFAULT_MTU_BYTES,
      addresses: addresses.map((text) => ({ address: bare(text), subnet: new Prefix(text) })),
    }));
    this.#own = new Set([
      ...this.#links.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
      ...spec.loopback.map(bare),
    ]);
    this.#standsFor = standsFor.map((text) => new Prefix(text));
    this.#routes = spec.routes
      .map(({ to, via }) => ({ to: new Prefix(to), via }))
      .sort((a, b) => b.to.length - a.to.length);
  }

  /** @throws StationError if there is no interface of that name. */
  named(name: string): Link {
    const found = this.#links.find((link) => link.name === name);
    if (found === undefined) {
      const names = this.#links.map((link) => link.name).join(', ');
      throw new StationError(`${this.#spec.name} has no interface ${name}, only ${names}`);
    }
    return found;
  }

  get first(): Link {
    const [first] = this.#links;
    if (first === undefined) throw new StationError(`${this.#spec.name} has no interface`);
    return first;
  }

  /** Whether an address is on an interface or on `lo`. */
  isOwn(address: string): boolean {
    return this.#own.has(address);
  }

  /** Whether packets to an address end here. */
  isHere(address: string): boolean {
    return this.isOwn(address) || this.#standsFor.some((block) => block.holds(address));
  }

  /** The next hop towards an address that is not its own, if there is a route: longest prefix first. */
  nextHopTo(destination: string): NextHop | undefined {
    const link = this.#onLink(destination);
    if (link !== undefined) return { link, nextHop: destination };
    const route = this.#routes.find(({ to }) => to.holds(destination));
    const via = route && this.#onLink(route.via);
    return via && { link: via, nextHop: route.via };
  }

  /** Its own address that is seen on a link by somebody: the one in that station’s subnet, else the primary one. */
  addressTowards(link: Link, other: string): string {
    const own = link.addresses.find(({ subnet }) => subnet.length < 32 && subnet.holds(other));
    return (own ?? link.addresses[0])?.address ?? '0.0.0.0';
  }

  /**
   * Whether it answers ARP questions on a link for an address: for those of the interface asked on always; for its
   * others, such as a VIP on `lo`, with arp_ignore 0.
   */
  answersFor(link: Link, address: string): boolean {
    if (link.addresses.some((own) => own.address === address)) return true;
    if (!this.isHere(address)) return false;
    return !this.isOwn(address) || this.#setting(link, 'arp_ignore') === 0;
  }

  /**
   * In whose name it asks for a neighbour: with arp_announce 0 in that of whom the packet is from, if that is itself, so
   * that a VIP becomes known; else by its own address in the neighbour’s subnet.
   */
  asksAs(link: Link, neighbour: string, packetSource: string): string {
    const isTold = this.isOwn(packetSource) && this.#setting(link, 'arp_announce') === 0;
    return isTold ? packetSource : this.addressTowards(link, neighbour);
  }

  /** The higher of a sysctl’s value for all interfaces and for this one, as the kernel takes most of them. */
  #setting(link: Link, name: string): number {
    const { sysctls } = this.#spec;
    const of = (scope: string) => sysctls[`net.ipv4.conf.${scope}.${name}`] ?? 0;
    return Math.max(of('all'), of(link.name));
  }

  #onLink(address: string): Link | undefined {
    return this.#links.find(({ addresses }) =>
      addresses.some(({ subnet }) => subnet.length < 32 && subnet.holds(address)),
    );
  }
}

function bare(address: string): string {
  return address.split('/')[0] as string;
}
