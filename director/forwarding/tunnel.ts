/**
 * Tunnelling: the packet goes to the real server whole, behind another IP header. Directly behind it (IP in IP, RFC
 * 2003), or with a GRE header or UDP and GUE headers in between.
 */
import type { Packet } from '../packet.ts';
import { TUNNEL_CHECKSUM, TUNNEL_TYPE, type Tunnel } from '../services/forwarding-method.ts';
import { pseudoHeaderSum, transportChecksum } from '../wire/checksum.ts';
import { greHeaderBytes, writeGre } from '../wire/gre.ts';
import { GUE_HEADER_BYTES, writeGue } from '../wire/gue.ts';
import {
  IPV4_MIN_HEADER_BYTES,
  type Ipv4Fields,
  ipDontFragment,
  ipTos,
  ipTtl,
  PROTOCOL,
  writeIpv4,
} from '../wire/ipv4.ts';
import { setUdpChecksum, UDP_CHECKSUM, UDP_HEADER_BYTES, writeUdp } from '../wire/udp.ts';

/** Smallest packet that every link must carry (RFC 791 §3.2); a tunnel with less room carries nothing. */
export const MIN_TUNNEL_MTU_BYTES = 68;

const ECN_MASK = 0x03;
const ECN_CONGESTION = 0x03;
const ECN_CAPABLE_0 = 0x02;

/** The UDP and the GUE header between the outer IP header and the packet. */
const GUE_TUNNEL_BYTES = UDP_HEADER_BYTES + GUE_HEADER_BYTES;
/** net.ipv4.ip_local_port_range, within which the kernel picks a tunnel's source ports; never the last one. */
const FIRST_SOURCE_PORT = 32_768;
const SOURCE_PORTS = 60_999 - FIRST_SOURCE_PORT;

export interface IpIds {
  /** Identification for a packet that may be fragmented. */
  nextIpId(): number;
}

/** Bytes that a tunnel takes from the link's MTU. */
export function tunnelOverheadBytes(tunnel: Tunnel): number {
  return IPV4_MIN_HEADER_BYTES + betweenBytes(tunnel);
}

/** Bytes between the outer IP header and the packet. */
function betweenBytes(tunnel: Tunnel): number {
  if (tunnel.type === TUNNEL_TYPE.gue) return GUE_TUNNEL_BYTES;
  return tunnel.type === TUNNEL_TYPE.gre ? greHeaderBytes(greHasChecksum(tunnel)) : 0;
}

function greHasChecksum(tunnel: Tunnel): boolean {
  return (tunnel.checksum & TUNNEL_CHECKSUM.full) !== 0;
}

export class Encapsulator {
  readonly #ids: IpIds;
  readonly #flowKey: number;
  /** Filled anew for each packet, so that none allocates. */
  readonly #outer: Ipv4Fields = {
    tos: 0,
    totalBytes: 0,
    id: 0,
    dontFragment: false,
    ttl: 0,
    protocol: 0,
    source: 0,
    destination: 0,
  };

  /** @param flowKey Any 32-bit integer that outsiders do not know. */
  constructor(ids: IpIds, flowKey: number) {
    this.#ids = ids;
    this.#flowKey = flowKey | 0;
  }

  /**
   * Puts the tunnel's headers in front of the packet, which then starts that much earlier.
   * @param keepDontFragment Copy the inner packet's DF to the outer header (`pmtu_disc`).
   */
  wrap(packet: Packet, tunnel: Tunnel, source: number, destination: number, keepDontFragment: boolean): void {
    const { bytes, ip } = packet;
    const between = betweenBytes(tunnel);
    const outer = this.#outer;
    outer.protocol = this.#writeBetween(packet, tunnel, between);
    outer.tos = outerTos(ipTos(bytes, ip));
    outer.totalBytes = packet.totalBytes + between + IPV4_MIN_HEADER_BYTES;
    outer.dontFragment = keepDontFragment && ipDontFragment(bytes, ip);
    outer.id = outer.dontFragment ? 0 : this.#ids.nextIpId();
    outer.ttl = ipTtl(bytes, ip);
    outer.source = source;
    outer.destination = destination;
    const outerIp = ip - between - IPV4_MIN_HEADER_BYTES;
    writeIpv4(bytes, outerIp, outer);
    packet.parseIp(outerIp);
    // Remote checksum offload has something to leave out only where the sender is this machine's own stack.
    if (tunnel.type === TUNNEL_TYPE.gue && tunnel.checksum !== TUNNEL_CHECKSUM.none) writeGueChecksum(packet);
  }

  /** Returns the outer header's protocol. */
  #writeBetween(packet: Packet, tunnel: Tunnel, between: number): number {
    if (tunnel.type === TUNNEL_TYPE.gue) {
      writeGueHeaders(packet, tunnel.port, this.#flowKey);
      return PROTOCOL.udp;
    }
    if (tunnel.type === TUNNEL_TYPE.gre) {
      writeGre(packet.bytes, packet.ip - between, packet.totalBytes + between, greHasChecksum(tunnel));
      return PROTOCOL.gre;
    }
    return PROTOCOL.ipip;
  }
}

/** DSCP and ECN are copied, but congestion already met is not reported as met in the tunnel (RFC 3168 §9.1.1). */
function outerTos(inner: number): number {
  return (inner & ECN_MASK) === ECN_CONGESTION ? (inner & ~ECN_MASK) | ECN_CAPABLE_0 : inner;
}

/** Writes the UDP and the GUE header in front of the packet, without a checksum. */
function writeGueHeaders(packet: Packet, destinationPort: number, flowKey: number): void {
  const { bytes, ip, totalBytes } = packet;
  const udp = ip - GUE_TUNNEL_BYTES;
  writeUdp(bytes, udp, gueSourcePort(packet, flowKey), destinationPort, totalBytes + GUE_TUNNEL_BYTES);
  writeGue(bytes, udp + UDP_HEADER_BYTES);
}

/** Computes the checksum over everything behind the outer IP header, once that says from where to where. */
function writeGueChecksum(packet: Packet): void {
  const { bytes, l4, l4Bytes } = packet;
  const checksum = transportChecksum(bytes, l4, l4Bytes, l4 + UDP_CHECKSUM, pseudoHeaderSum(packet));
  setUdpChecksum(bytes, l4, checksum);
}

/**
 * One port for all packets of a flow, so that they keep to one path and one queue, and another for most others.
 * @param flowKey Makes it unforeseeable for those who choose their own ports.
 */
function gueSourcePort(packet: Packet, flowKey: number): number {
  // An ICMP message has its type and checksum where the others have ports.
  const ports = packet.protocol === PROTOCOL.icmp ? 0 : (packet.sourcePort << 16) | packet.destinationPort;
  let hash = Math.imul(packet.source ^ flowKey, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ packet.destination, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13) ^ ports, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16) ^ packet.protocol, 0x9e3779b1);
  hash ^= hash >>> 15;
  return FIRST_SOURCE_PORT + (((hash >>> 16) * SOURCE_PORTS) >>> 16);
}
