/** Whose MAC addresses are whose: told, from what hosts say of themselves, or inferred from captures. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { UNKNOWN_MAC } from '../../../lab/captures/files/link-layer.ts';
import { MODES } from '../../../lab/modes.ts';
import { hostsOf, packetsOf, type Site, type SiteHost, type SiteServer } from '../site.ts';
import { type Flow, isReset, legsOf } from './flow.ts';

export class Stations {
  readonly #site: Site;
  readonly #flows: readonly Flow[];
  readonly #macs = new Map<string, ReadonlySet<string>>();
  readonly #owners: ReadonlyMap<number, ReadonlySet<string>>;

  constructor(site: Site, flows: readonly Flow[]) {
    this.#site = site;
    this.#flows = flows;
    this.#owners = announcedIn(site);
  }

  /** Of an address, as ARP messages in any capture say it. */
  announcedFor(address: number): ReadonlySet<string> {
    return this.#owners.get(address) ?? new Set();
  }

  /** Every address that ARP messages speak for, with those that do. */
  get announcers(): readonly (readonly [number, ReadonlySet<string>])[] {
    return [...this.#owners];
  }

  /** What a host’s own words say, without anything inferred. */
  toldOf(host: SiteHost): ReadonlySet<string> {
    return known(toldOf(host));
  }

  /** A real server’s own; empty where nothing tells. */
  ofServer(server: SiteServer): ReadonlySet<string> {
    return this.#remember(server.host, () => {
      const told = toldOf(server);
      if (told.length > 0) return told;
      const flows = this.#flows.flatMap((flow) => flow.legs.get(server.host) ?? []);
      const rewrites = MODES[this.#site.mode].encapsulates || MODES[this.#site.mode].rewritesAddresses;
      return [
        ...flows
          .flatMap(({ asked, forwarded }) => (rewrites ? forwarded : asked))
          .map(({ destinationMac }) => destinationMac),
        ...packetsOf(server)
          .filter(({ ip }) => ip?.source === server.rip)
          .map(({ sourceMac }) => sourceMac),
        ...this.announcedFor(server.rip),
      ];
    });
  }

  /** The director’s own; empty where nothing tells. */
  get ofDirector(): ReadonlySet<string> {
    const { director, mode } = this.#site;
    return this.#remember(director.host, () => {
      const told = toldOf(director);
      if (told.length > 0) return told;
      const packets = packetsOf(director);
      const senders = new Set(packets.map(({ sourceMac }) => sourceMac));
      const legs = this.#flows.flatMap((flow) => flow.legs.get(director.host) ?? []);
      return [
        ...legs
          .flatMap(({ asked }) => asked.map(({ destinationMac }) => destinationMac))
          .filter((mac) => senders.has(mac)),
        ...legs.flatMap(({ forwarded }) =>
          forwarded.filter((one) => !isReset(one)).map(({ sourceMac }) => sourceMac),
        ),
        ...(MODES[mode].serversOnLink && packets.length === 0 ? this.#beforeServers() : []),
      ];
    });
  }

  /**
   * Whom the requests of a host’s flows came from: the director, or the router before the server. A client that answers a
   * reply of another address with RST sends it straight to the server, so only what began a flow counts.
   */
  before(server: SiteServer): ReadonlySet<string> {
    const { encapsulates, rewritesAddresses } = MODES[this.#site.mode];
    const first = this.#flows.flatMap((flow) => {
      const leg = flow.legs.get(server.host);
      const [packet] = (encapsulates || rewritesAddresses ? leg?.forwarded : leg?.asked) ?? [];
      return packet === undefined || isReset(packet) ? [] : [packet.sourceMac];
    });
    return known(first);
  }

  /** Whether a client’s packets reach a real server straight from the client, as those of a health check do. */
  comesByItself(packet: DecodedPacket): boolean {
    const { ip, inner } = packet;
    return ip !== undefined && inner === undefined && this.announcedFor(ip.source).has(packet.sourceMac);
  }

  #beforeServers(): string[] {
    return this.#site.servers.flatMap((server) => [...this.before(server)]);
  }

  #remember(host: string, find: () => readonly string[]): ReadonlySet<string> {
    const found = this.#macs.get(host) ?? known(find());
    this.#macs.set(host, found);
    return found;
  }
}

function toldOf({ macs, facts, captures }: SiteHost): string[] {
  if (macs !== undefined) return [...macs];
  const own = [...(facts?.interfaces.values() ?? [])].flatMap(({ mac }) => mac ?? []);
  const sent = captures
    .flatMap(({ packets }) => packets)
    .filter(({ seen }) => seen?.direction === 'out')
    .map(({ sourceMac }) => sourceMac);
  return [...own, ...sent.filter((mac) => mac !== UNKNOWN_MAC)];
}

function announcedIn(site: Site): Map<number, Set<string>> {
  const owners = new Map<number, Set<string>>();
  for (const host of hostsOf(site)) {
    for (const { arp, sourceMac } of packetsOf(host)) {
      if (arp === undefined || arp.senderIp === 0) continue;
      const of = owners.get(arp.senderIp) ?? new Set<string>();
      owners.set(arp.senderIp, of.add(sourceMac));
    }
  }
  return owners;
}

function known(macs: readonly string[]): Set<string> {
  return new Set(macs.filter((mac) => mac !== UNKNOWN_MAC));
}

/** Whether a flow shows that the VIP itself was asked, rather than a real server past it. */
export function asksTheVip(flow: Flow): boolean {
  return legsOf(flow).some(({ asked, answered }) => asked.length > 0 || answered.length > 0);
}
