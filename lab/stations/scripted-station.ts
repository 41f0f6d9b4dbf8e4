/** The scripted host. See `station.ts`. */
import {
  arpAnswer,
  BROADCAST_MAC,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  etherTypeOf,
  FrameError,
  get16,
  type Ipv4,
  ipv4Of,
  macText,
  readArp,
} from '../frames/index.ts';
import type { Host } from '../topology.ts';
import { decapsulated } from './decapsulation.ts';
import { type Link, Links } from './links.ts';
import { Outbound, type PutFrame } from './outbound.ts';
import type { Responder, Station, StationTime } from './station.ts';

export interface StationOptions {
  readonly spec: Host;
  readonly time: StationTime;
  /** Puts a frame on the link that one of its interfaces is plugged into. The frame is not changed afterwards. */
  readonly send: PutFrame;
  /** Blocks of addresses behind it that it answers for, such as `198.18.0.0/15`: routes lead to it for them. */
  readonly standsFor?: readonly string[];
}

const ETHERNET_HEADER_BYTES = 14;
const DEFAULT_TIMEOUT_MS = 1000;

export class ScriptedStation implements Station {
  readonly spec: Host;
  readonly inbox: Uint8Array[] = [];
  readonly #links: Links;
  readonly #outbound: Outbound;
  readonly #time: StationTime;
  readonly #put: PutFrame;
  readonly #guePorts = new Set<number>();
  #responder: Responder = () => [];
  #isSilent = false;
  #forwards: boolean;

  constructor({ spec, time, send, standsFor }: StationOptions) {
    this.spec = spec;
    this.#time = time;
    this.#put = send;
    this.#links = new Links(spec, standsFor);
    this.#outbound = new Outbound(spec.name, this.#links, time, send);
    this.#forwards = spec.sysctls['net.ipv4.ip_forward'] === 1;
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

  /** @throws StationError where there is no route, or where a packet that must not be cut does not fit. */
  send(packet: Uint8Array): void {
    this.#outbound.send(packet);
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
      const isQuestion = arp.operation === 'request';
      if (isQuestion ? !this.#links.answersFor(link, arp.targetIp) : arp.targetMac !== link.mac) return;
      this.#outbound.learn(link, arp.senderIp, arp.senderMac);
      if (isQuestion) this.#put(link.name, arpAnswer(arp, link.mac));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
    }
  }

  #receiveIp(link: Link, bytes: Uint8Array): void {
    const ip = ipv4Of(bytes);
    // From its own address it is a martian: nobody else may speak in its name.
    if (ip === undefined || this.#links.isOwn(ip.source)) return;
    const packet = bytes.subarray(0, get16(bytes, 2));
    if (this.#links.isHere(ip.destination)) this.#deliver(link, packet, ip);
    else if (this.#forwards) this.#outbound.forward(link, packet, ip);
  }

  #deliver(link: Link, packet: Uint8Array, ip: Ipv4): void {
    const isTunnelEnd = this.spec.decapsulates?.interface === link.name;
    const inner = isTunnelEnd ? decapsulated(ip, this.#guePorts) : undefined;
    if (inner !== undefined) {
      this.#receiveIp(link, inner);
      return;
    }
    this.inbox.push(packet);
    for (const answer of this.#responder(packet)) this.#outbound.sendIfPossible(answer);
  }
}
