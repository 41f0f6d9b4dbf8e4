/** A station’s interfaces, addresses and routes, as its topology says. */
import { Prefix } from '../frames/index.ts';
import type { Host } from '../topology.ts';
import { StationError } from './station-error.ts';

/** One interface. */
export interface Link {
  readonly name: string;
  readonly mac: string;
  mtuBytes: number;
  /** Primary address first. */
  readonly addresses: readonly { readonly address: string; readonly subnet: Prefix }[];
}

export interface Way {
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

  constructor(spec: Host) {
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

  /** The way to an address that is not its own, if there is one: longest prefix first. */
  wayTo(destination: string): Way | undefined {
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

  /** A per-interface sysctl: the higher of its value for all interfaces and for this one, as the kernel takes most of them. */
  setting(link: Link, name: string): number {
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
