/** How packets leave a station: by its routes, in pieces that fit, to a neighbour that has been asked for. */
import {
  arpQuestion,
  cut,
  headerBytesOf,
  type Ipv4,
  ipFrame,
  ipText,
  readIpv4,
  withTtl,
} from '../frames/index.ts';
import type { Link, Links } from './links.ts';
import { Neighbours } from './neighbours.ts';
import {
  errorAbout,
  NO_NEIGHBOUR,
  NO_ROUTE,
  type RouterError,
  TTL_EXPIRED,
  tooLarge,
} from './router-errors.ts';
import { StationError, type StationTime } from './station.ts';

export type PutFrame = (port: string, frame: Uint8Array) => void;

export class Outbound {
  readonly #name: string;
  readonly #links: Links;
  readonly #neighbours: Neighbours;

  constructor(name: string, links: Links, time: StationTime, put: PutFrame) {
    this.#name = name;
    this.#links = links;
    this.#neighbours = new Neighbours(time, {
      ask: (link, neighbour, packet) => {
        const sender = links.asksAs(link, neighbour, sourceOf(packet));
        put(link.name, arpQuestion(link.mac, sender, neighbour));
      },
      release: (link, mac, packet) => put(link.name, ipFrame(link.mac, mac, packet)),
      unreachable: (packet) => {
        if (!links.isHere(sourceOf(packet))) this.#complain(packet, NO_NEIGHBOUR);
      },
    });
  }

  /** @throws StationError where a host’s own program would be refused. */
  send(packet: Uint8Array): void {
    const destination = destinationOf(packet);
    const hop = this.#links.nextHopTo(destination);
    if (hop === undefined) throw new StationError(`${this.#name} has no route to ${destination}`);
    const { link } = hop;
    if (isTooLarge(link, packet)) {
      throw new StationError(
        `${this.#name} is to send a packet of ${packet.length} bytes that must not be cut out of ${link.name}, whose MTU is ${link.mtuBytes}`,
      );
    }
    this.#pass(link, hop.nextHop, packet);
  }

  /** Sends what nobody waits for: where that cannot be, it is lost. */
  sendIfPossible(packet: Uint8Array): void {
    const hop = this.#links.nextHopTo(destinationOf(packet));
    if (hop !== undefined && !isTooLarge(hop.link, packet)) this.#pass(hop.link, hop.nextHop, packet);
  }

  /** Passes on what is for another host, or tells its sender why not. */
  forward(from: Link, packet: Uint8Array, { ttl, destination }: Ipv4): void {
    if (ttl <= 1) {
      this.#complain(packet, TTL_EXPIRED, from);
      return;
    }
    const hop = this.#links.nextHopTo(destination);
    if (hop === undefined) this.#complain(packet, NO_ROUTE, from);
    else if (isTooLarge(hop.link, packet)) this.#complain(packet, tooLarge(hop.link.mtuBytes), from);
    else this.#pass(hop.link, hop.nextHop, withTtl(packet, ttl - 1));
  }

  /** Somebody on a link said who has an address. */
  learn(link: Link, address: string, mac: string): void {
    this.#neighbours.learn(link, address, mac);
  }

  #pass(link: Link, nextHop: string, packet: Uint8Array): void {
    const room = link.mtuBytes - headerBytesOf(packet);
    const pieces = packet.length <= link.mtuBytes ? [packet] : cut(packet, room - (room % 8));
    for (const piece of pieces) this.#neighbours.send(link, nextHop, piece);
  }

  #complain(packet: Uint8Array, error: RouterError, from?: Link): void {
    const sender = sourceOf(packet);
    const link = from ?? this.#links.nextHopTo(sender)?.link;
    if (link === undefined) return;
    const message = errorAbout(packet, this.#links.addressTowards(link, sender), error);
    if (message !== undefined) this.sendIfPossible(message);
  }
}

/** It does not fit and must not be cut. */
function isTooLarge(link: Link, packet: Uint8Array): boolean {
  return packet.length > link.mtuBytes && readIpv4(packet).dontFragment;
}

function sourceOf(packet: Uint8Array): string {
  return ipText(packet, 12);
}

function destinationOf(packet: Uint8Array): string {
  return ipText(packet, 16);
}
