/**
 * One frame on its way through the director: where its bytes are, and the fields that the packet path reads again and
 * again, parsed once. There is one such object; it is filled anew for each frame, so that no packet allocates.
 */

import { ETHERNET_HEADER_BYTES } from './wire/ethernet.ts';
import {
  ipDestination,
  ipFragmentOffset,
  ipHeaderBytes,
  ipProtocol,
  ipSource,
  ipTotalBytes,
  PROTOCOL,
} from './wire/ipv4.ts';
import { destinationPort, sourcePort } from './wire/ports.ts';
import { tcpHeaderBytes } from './wire/tcp.ts';
import { UDP_HEADER_BYTES } from './wire/udp.ts';

/**
 * Bytes that must be free in front of a frame's first byte, so that an outer header can be put before the packet
 * without moving it.
 */
export const HEADROOM_BYTES = 64;
/** Where the IP header is in a buffer of the director's own, behind that and a link's header. */
export const OWN_IP_AT = HEADROOM_BYTES + ETHERNET_HEADER_BYTES;
/** Bytes of the largest IP packet. */
export const MAX_PACKET_BYTES = 65_535;

export class Packet {
  /** The buffer that the frame lies in; the frame is rewritten in place. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Offset of the frame's first byte: the link's header, or the IP header where the link has none. */
  frame = 0;
  /** Length of the frame in bytes. */
  length = 0;
  /** Number of the port it came in on; once it is to be sent, of the port it goes out on. */
  port = 0;
  /** Offset of the IP header. */
  ip = 0;
  totalBytes = 0;
  protocol = 0;
  source = 0;
  destination = 0;
  /** Offset of the transport header. */
  l4 = 0;
  /** Bytes from the transport header to the end of the IP packet. */
  l4Bytes = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Size of the largest fragment that it was put together from, IP header included; 0 if it came whole. */
  largestFragmentBytes = 0;
  /** The mark that netfilter gave it, a signed 32-bit integer; 0 for none. */
  mark = 0;
  /** It was made on this machine, by a client or a real server here, and not received. */
  isOwnOutput = false;
  /** That largest fragment must not be cut further, so what is sent in pieces again carries DF again. */
  fragmentsKeepDontFragment = false;
  /**
   * Payload of each segment but the last, if this is a merged packet (TCP or UDP): one that goes on the wire as several.
   * 0 if it is what it seems.
   */
  segmentBytes = 0;
  /** The sender left the transport checksum (TCP or UDP) to hardware: what stands in its place is of no use. */
  checksumPending = false;

  /** Points at a frame. At least `HEADROOM_BYTES` must be free in front of it. */
  set(bytes: Uint8Array, frame: number, length: number, port: number): void {
    this.bytes = bytes;
    this.frame = frame;
    this.length = length;
    this.port = port;
    this.largestFragmentBytes = 0;
    this.fragmentsKeepDontFragment = false;
    this.segmentBytes = 0;
    this.checksumPending = false;
    this.mark = 0;
    this.isOwnOutput = false;
  }

  /** Bytes of the IP and the transport header of a TCP or UDP packet. */
  get headerBytes(): number {
    const transport = this.protocol === PROTOCOL.tcp ? tcpHeaderBytes(this.bytes, this.l4) : UDP_HEADER_BYTES;
    return this.l4 - this.ip + transport;
  }

  /** Size of the largest IP packet that goes on the wire: what a link's MTU is compared with. */
  get wireBytes(): number {
    return this.segmentBytes === 0 ? this.totalBytes : this.headerBytes + this.segmentBytes;
  }

  /** Reads the fields of a well-formed IPv4 packet at `ip`. Ports are 0 where the packet does not hold them. */
  parseIp(ip: number): void {
    const bytes = this.bytes;
    const header = ipHeaderBytes(bytes, ip);
    this.ip = ip;
    this.totalBytes = ipTotalBytes(bytes, ip);
    this.protocol = ipProtocol(bytes, ip);
    this.source = ipSource(bytes, ip);
    this.destination = ipDestination(bytes, ip);
    this.l4 = ip + header;
    this.l4Bytes = this.totalBytes - header;
    const hasPorts = this.l4Bytes >= 4 && ipFragmentOffset(bytes, ip) === 0;
    this.sourcePort = hasPorts ? sourcePort(bytes, this.l4) : 0;
    this.destinationPort = hasPorts ? destinationPort(bytes, this.l4) : 0;
  }
}

/** A packet in a buffer of its own, in which there is room for any: its IP header is to be at `OWN_IP_AT`. */
export function packetWithRoom(): Packet {
  const packet = new Packet();
  packet.set(new Uint8Array(OWN_IP_AT + MAX_PACKET_BYTES), HEADROOM_BYTES, 0, 0);
  return packet;
}
