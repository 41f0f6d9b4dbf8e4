/** A site with its packets sorted: what symptoms look at. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { UNKNOWN_MAC } from '../../../lab/captures/files/link-layer.ts';
import { addressOf } from '../../../lab/captures/format.ts';
import { type ForwardingMode, MODES } from '../../../lab/modes.ts';
import { packetsOf, type Site, type SiteServer } from '../site.ts';
import { type Flow, hasProgress, isReply, isTcp, type Leg, legsOf } from './flow.ts';
import { flowsOf } from './flows-of.ts';
import { type IcmpError, unreachablesIn } from './icmp-errors.ts';
import { asksTheVip, Stations } from './stations.ts';

/** What a real server’s own captures show of a flow. */
export interface Exchange {
  readonly flow: Flow;
  /** As they reached the server, in the form of the mode. */
  readonly requests: readonly DecodedPacket[];
  /** From the address that the client asked, or the director translates. */
  readonly replies: readonly DecodedPacket[];
}

export class SiteView {
  readonly site: Site;
  readonly mode: ForwardingMode;
  readonly stations: Stations;
  /** Of clients with the VIP. */
  readonly flows: readonly Flow[];
  /** With a real server, past the VIP: health checks, as a rule. */
  readonly directFlows: readonly Flow[];
  /** Every ICMP “destination unreachable” in the captures. */
  readonly unreachables: readonly IcmpError[];
  readonly #exchanges = new Map<string, readonly Exchange[]>();
  readonly #progress = new Map<Flow, boolean>();

  constructor(site: Site) {
    this.site = site;
    this.mode = MODES[site.mode];
    this.unreachables = unreachablesIn(site);
    const all = flowsOf(site);
    this.stations = new Stations(site, all);
    const own = this.#directorsAddresses();
    const isDirect = (flow: Flow) => !asksTheVip(flow) && (own.has(flow.client) || this.#isByItself(flow));
    const [direct, through] = [all.filter(isDirect), all.filter((flow) => !isDirect(flow))];
    this.directFlows = direct.filter(hasRequests);
    // Flows in which a real server speaks from its own address only are shown by others.
    this.flows = through.filter(hasRequests);
  }

  /** One for each flow whose requests reached the server; empty where nothing was captured on it. */
  exchangesAt(server: SiteServer): readonly Exchange[] {
    let found = this.#exchanges.get(server.host);
    if (found === undefined) {
      found = this.flows.flatMap((flow) => {
        const exchange = this.#exchange(flow, server);
        return exchange.requests.length === 0 ? [] : [exchange];
      });
      this.#exchanges.set(server.host, found);
    }
    return found;
  }

  hasProgress(flow: Flow): boolean {
    let found = this.#progress.get(flow);
    if (found === undefined) {
      found = hasProgress(flow);
      this.#progress.set(flow, found);
    }
    return found;
  }

  /** Whether a server’s answer was seen where the client gets it, or the client’s acknowledgement of one. */
  isAnswered(flow: Flow): boolean {
    if (this.hasProgress(flow)) return true;
    return legsOf(flow).some(({ host, answered, returned }) => {
      if (answered.some(isReply) && (!isTcp(flow) || this.#isOnTheWayToClient(host))) return true;
      // A datagram has no acknowledgement: that the server sent it must do.
      return !isTcp(flow) && this.mode.rewritesAddresses && returned.length > 0;
    });
  }

  /** Whether a reply with the VIP as its source, seen there, is as good as one that the client has. */
  #isOnTheWayToClient(host: string): boolean {
    const { director, others } = this.site;
    return host === director.host
      ? this.mode.repliesPassDirector
      : others.some((other) => other.host === host);
  }

  /** The real servers that a flow’s packets were seen to go to. */
  serversOf(flow: Flow): readonly SiteServer[] {
    return this.site.servers.filter((server) =>
      legsOf(flow).some(
        (leg) =>
          leg.forwarded.some(({ ip }) => ip?.destination === server.rip) ||
          (leg.host === server.host && this.#requestsIn(leg).length > 0) ||
          (!this.mode.rewritesAddresses &&
            !this.mode.encapsulates &&
            leg.asked.some(({ destinationMac }) => this.stations.ofServer(server).has(destinationMac))),
      ),
    );
  }

  /** Requests as they leave the director, in the form of the mode. */
  sentOn(flow: Flow): readonly DecodedPacket[] {
    const leg = flow.legs.get(this.site.director.host);
    if (leg === undefined) return [];
    if (this.mode.rewritesAddresses || this.mode.encapsulates) return leg.forwarded;
    return leg.asked.filter((packet) => this.isSentByDirector(packet));
  }

  /** Requests as they reach the director. */
  reachedDirector(flow: Flow): readonly DecodedPacket[] {
    const asked = flow.legs.get(this.site.director.host)?.asked ?? [];
    return asked.filter((packet) => !this.isSentByDirector(packet));
  }

  isSentByDirector({ seen, sourceMac }: DecodedPacket): boolean {
    if (seen?.direction !== undefined) return seen.direction === 'out';
    return this.stations.ofDirector.has(sourceMac);
  }

  #exchange(flow: Flow, server: SiteServer): Exchange {
    const leg = flow.legs.get(server.host);
    if (leg === undefined) return { flow, requests: [], replies: [] };
    const told = this.stations.toldOf(server);
    const requests = this.#requestsIn(leg).filter(
      ({ ip, destinationMac }) =>
        // Captures of a bridge or a mirror port show what is meant for others too.
        (!(this.mode.encapsulates || this.mode.rewritesAddresses) || ip?.destination === server.rip) &&
        (told.size === 0 || destinationMac === UNKNOWN_MAC || told.has(destinationMac)),
    );
    return { flow, requests, replies: this.mode.rewritesAddresses ? leg.returned : leg.answered };
  }

  #requestsIn({ asked, forwarded }: Leg): readonly DecodedPacket[] {
    return this.mode.rewritesAddresses || this.mode.encapsulates ? forwarded : asked;
  }

  #directorsAddresses(): Set<number> {
    const { director } = this.site;
    const told = [...(director.facts?.addresses.values() ?? [])].flat();
    return new Set([...told, ...(director.dipText === undefined ? [] : [director.dipText])].map(addressOf));
  }

  #isByItself(flow: Flow): boolean {
    return legsOf(flow).some(
      ({ forwarded: [first] }) => first !== undefined && this.stations.comesByItself(first),
    );
  }
}

function hasRequests(flow: Flow): boolean {
  return legsOf(flow).some(({ asked, forwarded }) => asked.length > 0 || forwarded.length > 0);
}

/** Time of the last packet that a host’s captures hold, in seconds; that of its own clock. */
export function lastTimeAt(view: SiteView, host: string): number {
  const { director, servers, others } = view.site;
  const found = [director, ...servers, ...others].find((one) => one.host === host);
  return found === undefined ? 0 : packetsOf(found).reduce((last, { time }) => Math.max(last, time), 0);
}
