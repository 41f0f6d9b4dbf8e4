/** A captured frame with its place in the capture, decoded as far as the checks look into it. */
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, get16, get32, macText } from '../frames/index.ts';
import type { Direction } from './files/link-layer.ts';
import { IpLayer } from './ip-layer.ts';

const ETHERNET_HEADER_BYTES = 14;
const ARP_BYTES = 28;

/** Where a capture was made. */
export interface CapturePlace {
  readonly host: string;
  readonly interface: string;
  /** Path of the file. */
  readonly file: string;
}

/** What is known of a frame beyond its bytes, where it was captured at a host of somebody’s own. */
export interface SeenAs {
  /** Length on the wire, link layer and VLAN tags included. */
  readonly wireBytes: number;
  /** Only its beginning was captured; zeros stand in place of the rest. */
  readonly isSnapped: boolean;
  /** Numbers of the VLAN tags that were taken off, outermost first. */
  readonly vlans: readonly number[];
  /** Whether the host received it, sent it or overheard it, where the capture says so. */
  readonly direction?: Direction;
}

export interface ArpView {
  readonly isReply: boolean;

  /** Addresses as signed 32-bit numbers. */
  readonly senderIp: number;
  readonly targetIp: number;
}

export class DecodedPacket {
  readonly place: CapturePlace;
  /** 1-based number in the capture. */
  readonly frame: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** The IPv4 packet, if the frame holds a sound one. */
  readonly ip: IpLayer | undefined;
  /** The packet inside `ip`, if that is a tunnel packet: IP in IP, GRE or GUE. */
  readonly inner: IpLayer | undefined;
  /** What is wrong with the IP headers, checksums of the headers included. */
  readonly ipProblem: string | undefined;
  /** Absent for captures that the lab made itself. */
  readonly seen: SeenAs | undefined;
  #sourceMac: string | undefined;
  #destinationMac: string | undefined;

  constructor(place: CapturePlace, frame: number, time: number, bytes: Uint8Array, seen?: SeenAs) {
    this.place = place;
    this.frame = frame;
    this.time = time;
    this.bytes = bytes;
    this.seen = seen;
    if (this.#etherType !== ETHERTYPE_IPV4) return;
    const ip = IpLayer.at(bytes, ETHERNET_HEADER_BYTES);
    if (typeof ip === 'string') {
      this.ipProblem = ip;
      return;
    }
    this.ip = ip;
    const { innerAt } = ip;
    if (innerAt === undefined) return;
    const inner = IpLayer.at(bytes.subarray(0, ip.at + ip.totalBytes), innerAt);
    if (typeof inner === 'string') this.ipProblem = `inside the outer header: ${inner}`;
    else this.inner = inner;
  }

  /** The packet that the conversation is about: the inner one of a tunnel packet. */
  get payload(): IpLayer | undefined {
    return this.inner ?? this.ip;
  }

  get sourceMac(): string {
    this.#sourceMac ??= macText(this.bytes, 6);
    return this.#sourceMac;
  }

  get destinationMac(): string {
    this.#destinationMac ??= macText(this.bytes, 0);
    return this.#destinationMac;
  }

  /** The IP packet as it is on the wire, sound or not, Ethernet padding left out as far as its header tells. */
  get ipBytes(): Uint8Array {
    return this.ip?.packet ?? this.bytes.subarray(ETHERNET_HEADER_BYTES);
  }

  get arp(): ArpView | undefined {
    const at = ETHERNET_HEADER_BYTES;
    const { bytes } = this;
    if (this.#etherType !== ETHERTYPE_ARP || bytes.length < at + ARP_BYTES) return undefined;
    // Ethernet, IPv4, with addresses of six and four bytes.
    if (get16(bytes, at) !== 1 || get16(bytes, at + 2) !== ETHERTYPE_IPV4) return undefined;
    if (get16(bytes, at + 4) !== 0x0604) return undefined;
    return {
      isReply: get16(bytes, at + 6) === 2,
      senderIp: get32(bytes, at + 14) | 0,
      targetIp: get32(bytes, at + 24) | 0,
    };
  }

  get #etherType(): number | undefined {
    return this.bytes.length < ETHERNET_HEADER_BYTES ? undefined : get16(this.bytes, 12);
  }
}
