/** A captured frame with its place in the capture, decoded as far as the checks look into it. */
import { formatIpv4, formatMac } from '../../director/wire/addresses.ts';
import { ARP_REPLY, arpOperation, arpSenderIp, arpTargetIp, isArpIpv4 } from '../../director/wire/arp.ts';
import {
  destinationMacAt,
  ETHERNET_HEADER_BYTES,
  ETHERTYPE,
  etherType,
  sourceMacAt,
} from '../../director/wire/ethernet.ts';
import { PROTOCOL } from '../../director/wire/ipv4.ts';
import { IpLayer } from './ip-layer.ts';
import type { CapturePlace } from './read-capture.ts';

export interface ArpView {
  readonly isReply: boolean;
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
  /** The packet inside `ip`, if that is an IP-in-IP packet (protocol 4). */
  readonly inner: IpLayer | undefined;
  /** What is wrong with the IP headers, checksums of the headers included. */
  readonly ipProblem: string | undefined;

  constructor(place: CapturePlace, frame: number, time: number, bytes: Uint8Array) {
    this.place = place;
    this.frame = frame;
    this.time = time;
    this.bytes = bytes;
    if (bytes.length < ETHERNET_HEADER_BYTES || etherType(bytes, 0) !== ETHERTYPE.ipv4) return;
    const ip = IpLayer.at(bytes, ETHERNET_HEADER_BYTES);
    if (typeof ip === 'string') {
      this.ipProblem = ip;
      return;
    }
    this.ip = ip;
    if (ip.protocol !== PROTOCOL.ipip || ip.isFragment) return;
    const inner = IpLayer.at(bytes, ip.l4);
    if (typeof inner === 'string') this.ipProblem = `inside the outer header: ${inner}`;
    else this.inner = inner;
  }

  /** The packet that the conversation is about: the inner one of a tunnel packet. */
  get payload(): IpLayer | undefined {
    return this.inner ?? this.ip;
  }

  get sourceMac(): string {
    return formatMac(this.bytes, sourceMacAt(0));
  }

  get destinationMac(): string {
    return formatMac(this.bytes, destinationMacAt(0));
  }

  get arp(): ArpView | undefined {
    const at = ETHERNET_HEADER_BYTES;
    if (this.bytes.length < at || etherType(this.bytes, 0) !== ETHERTYPE.arp) return undefined;
    if (!isArpIpv4(this.bytes, at, this.bytes.length - at)) return undefined;
    return {
      isReply: arpOperation(this.bytes, at) === ARP_REPLY,
      senderIp: arpSenderIp(this.bytes, at),
      targetIp: arpTargetIp(this.bytes, at),
    };
  }
}

/** `10.0.1.2:40000`, or the address alone where there is no port. */
export function formatEndpoint(address: number, port: number): string {
  return port === 0 ? formatIpv4(address) : `${formatIpv4(address)}:${port}`;
}
