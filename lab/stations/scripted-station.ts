/** The scripted host. See `station.ts`. */
import {
  arpAnswer,
  arpQuestion,
  BROADCAST_MAC,
  cut,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  etherTypeOf,
  FrameError,
  get16,
  headerBytesOf,
  type Ipv4,
  ipFrame,
  ipText,
  ipv4Of,
  macText,
  Prefix,
  readArp,
  readIpv4,
  withTtl,
} from '../frames/index.ts';
import type { Host } from '../topology.ts';
import { decapsulated } from './decapsulation.ts';
import { type Link, Links } from './links.ts';
import { Neighbours } from './neighbours.ts';
import {
  errorAbout,
  NO_NEIGHBOUR,
  NO_ROUTE,
  type RouterError,
  TTL_EXPIRED,
  tooLarge,
} from './router-errors.ts';
import type { Responder, Station } from './station.ts';
import { StationError } from './station-error.ts';
import type { StationTime } from './station-time.ts';

export interface StationOptions {
  readonly spec: Host;
  readonly time: StationTime;
  /** Puts a frame on the link that one of its interfaces is plugged into. The frame is not changed afterwards. */
  readonly send: (port: string, frame: Uint8Array) => void;
  /** Blocks of addresses behind it that it answers for, such as `198.18.0.0/15`: routes lead to it for them. */
  readonly standsFor?: readonly string[];
}

const ETHERNET_HEADER_BYTES = 14;
const DEFAULT_TIMEOUT_MS = 1000;

export class ScriptedStation implements Station {
  readonly spec: Host;
  readonly inbox: Uint8Array[] = [];
  readonly #links: Links;
  readonly #time: StationTime;
  readonly #put: (port: string, frame: Uint8Array) => void;
  readonly #standsFor: readonly Prefix[];
  readonly #neighbours: Neighbours;
  readonly #guePorts = new Set<number>();
  #responder: Responder = () => [];
  #isSilent = false;
  #forwards: boolean;

  constructor({ spec, time, send, standsFor = [] }: StationOptions) {
    this.spec = spec;
    this.#time = time;
    this.#put = send;
    this.#links = new Links(spec);
    this.#standsFor = standsFor.map((text) => new Prefix(text));
    this.#forwards = spec.sysctls['net.ipv4.ip_forward'] === 1;
    this.#neighbours = new Neighbours(time, {
      ask: (link, address, packet) => {
        this.#put(link.name, arpQuestion(link.mac, this.#announced(link, address, packet), address));
      },
      release: (link, mac, packet) => this.#put(link.name, ipFrame(link.mac, mac, packet)),
      unreachable: (_link, packet) => {
        if (!this.#isHere(ipText(packet, 12))) this.#complain(packet, NO_NEIGHBOUR);
      },
    });
  }

  get name(): string {
    return this.spec.name;
  }

  get address(): string {
    return this.#links.first.addresses[0]?.address ?? '0.0.0.0';
  }

  get mac(): string {
    return this.#links.first.mac;
  }

  send(packet: Uint8Array): void {
    const destination = ipText(packet, 16);
    const way = this.#links.wayTo(destination);
    if (way === undefined) throw new StationError(`${this.name} has no route to ${destination}`);
    const { link, nextHop } = way;
    for (const piece of this.#fitting(link, packet)) this.#neighbours.send(link, nextHop, piece);
  }

  sendFrame(port: string, frame: Uint8Array): void {
    this.#put(this.#links.named(port).name, frame);
  }

  async next(
    accept: (packet: Uint8Array) => boolean,
    options: { readonly from?: number; readonly timeoutMs?: number } = {},
  ): Promise<Uint8Array | undefined> {
    let at = options.from ?? 0;
    let found: Uint8Array | undefined;
    const look = () => {
      for (; found === undefined && at < this.inbox.length; at++) {
        const packet = this.inbox[at] as Uint8Array;
        if (accept(packet)) found = packet;
      }
      return found !== undefined;
    };
    await this.#time.until(look, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return found;
  }

  answer(responder: Responder): void {
    this.#responder = responder;
  }

  silence(): void {
    this.#isSilent = true;
  }

  decapsulateGue(port: number): void {
    this.#guePorts.add(port);
  }

  /** As if `net.ipv4.ip_forward` were changed. */
  setForwarding(on: boolean): void {
    this.#forwards = on;
  }

  setMtu(port: string, bytes: number): void {
    this.#links.named(port).mtuBytes = bytes;
  }

  /** A frame comes in at one of its interfaces. */
  receive(port: string, frame: Uint8Array): void {
    if (this.#isSilent) return;
    const link = this.#links.named(port);
    const etherType = etherTypeOf(frame);
    const destination = macText(frame, 0);
    if (etherType === ETHERTYPE_ARP) {
      const isHeard = destination === link.mac || destination === BROADCAST_MAC;
      if (isHeard) this.#receiveArp(link, frame.subarray(ETHERNET_HEADER_BYTES));
    } else if (etherType === ETHERTYPE_IPV4 && destination === link.mac) {
      this.#receiveIp(link, frame.subarray(ETHERNET_HEADER_BYTES));
    }
  }

  #receiveArp(link: Link, bytes: Uint8Array): void {
    try {
      const arp = readArp(bytes);
      if (arp.operation === 'reply') {
        if (arp.targetMac === link.mac) this.#neighbours.learn(link, arp.senderIp, arp.senderMac);
      } else if (this.#answersFor(link, arp.targetIp)) {
        this.#neighbours.learn(link, arp.senderIp, arp.senderMac);
        this.#put(link.name, arpAnswer(arp, link.mac));
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
    }
  }

  /** arp_ignore 0: for every address of its own, whatever interface has it; from 1 on: of the interface asked on. */
  #answersFor(link: Link, address: string): boolean {
    if (link.addresses.some((own) => own.address === address)) return true;
    if (this.#standsFor.some((block) => block.holds(address))) return true;
    return this.#links.isOwn(address) && this.#links.setting(link, 'arp_ignore') === 0;
  }

  /** arp_announce 0: it asks in the name of whom the packet says it is from, if that is itself, so the VIP is told. */
  #announced(link: Link, address: string, packet: Uint8Array): string {
    const source = ipText(packet, 12);
    const isTold = this.#links.isOwn(source) && this.#links.setting(link, 'arp_announce') === 0;
    return isTold ? source : this.#links.addressTowards(link, address);
  }

  #receiveIp(link: Link, bytes: Uint8Array): void {
    const ip = ipv4Of(bytes);
    if (ip === undefined) return;
    const packet = bytes.subarray(0, get16(bytes, 2));
    // A martian: nobody else may speak in its name.
    if (this.#links.isOwn(ip.source)) return;
    if (this.#isHere(ip.destination)) this.#deliver(link, packet, ip);
    else if (this.#forwards) this.#forward(link, packet, ip);
  }

  #isHere(address: string): boolean {
    return this.#links.isOwn(address) || this.#standsFor.some((block) => block.holds(address));
  }

  #deliver(link: Link, packet: Uint8Array, ip: Ipv4): void {
    const isTunnelEnd = this.spec.decapsulates?.interface === link.name;
    const inner = isTunnelEnd ? decapsulated(ip, this.#guePorts) : undefined;
    if (inner !== undefined) {
      this.#receiveIp(link, inner);
      return;
    }
    this.inbox.push(packet);
    for (const answer of this.#responder(packet)) this.send(answer);
  }

  #forward(from: Link, packet: Uint8Array, { ttl, destination, dontFragment }: Ipv4): void {
    if (ttl <= 1) {
      this.#complain(packet, TTL_EXPIRED, from);
      return;
    }
    const way = this.#links.wayTo(destination);
    if (way === undefined) {
      this.#complain(packet, NO_ROUTE, from);
      return;
    }
    const { link, nextHop } = way;
    if (packet.length > link.mtuBytes && dontFragment) {
      this.#complain(packet, tooLarge(link.mtuBytes), from);
      return;
    }
    for (const piece of this.#fitting(link, withTtl(packet, ttl - 1))) {
      this.#neighbours.send(link, nextHop, piece);
    }
  }

  /** Tells a packet’s sender why it went no further. */
  #complain(packet: Uint8Array, error: RouterError, from?: Link): void {
    const sender = ipText(packet, 12);
    const link = from ?? this.#links.wayTo(sender)?.link;
    if (link === undefined) return;
    const message = errorAbout(packet, this.#links.addressTowards(link, sender), error);
    if (message !== undefined && this.#links.wayTo(sender) !== undefined) this.send(message);
  }

  /** The packet in pieces that fit a link. */
  #fitting(link: Link, packet: Uint8Array): readonly Uint8Array[] {
    if (packet.length <= link.mtuBytes) return [packet];
    const { dontFragment } = readIpv4(packet);
    if (dontFragment) {
      throw new StationError(
        `${this.name} is to send a packet of ${packet.length} bytes that must not be cut out of ${link.name}, whose MTU is ${link.mtuBytes}`,
      );
    }
    return cut(packet, (link.mtuBytes - headerBytesOf(packet)) & ~7);
  }
}
