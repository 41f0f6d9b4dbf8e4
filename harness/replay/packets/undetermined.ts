/**
 * What the rules leave open in a frame that a director sends is set aside, so that the rest can be compared byte for
 * byte: the identification of its own packets, where it may be anything, the source port of a GUE tunnel, and the
 * clock in an IP timestamp option.
 */
import {
  ETHERNET_HEADER_BYTES,
  formatIpv4,
  IPV4_MIN_HEADER_BYTES,
  ipDestination,
  ipDontFragment,
  ipFragmentOffset,
  ipHeaderBytes,
  ipProtocol,
  ipSource,
  ipTtl,
  ipv4Problem,
  PROTOCOL,
  setSourcePort,
  setUdpChecksum,
  sourcePort,
  udpChecksum,
  updated16,
  writeIpChecksum,
} from '../../../director/index.ts';

import { isServer } from './recorded-network.ts';

const IP = ETHERNET_HEADER_BYTES;
const OWN_TTL = 64;
const TIMESTAMP = 68;
/** From where a tunnel's source ports come: net.ipv4.ip_local_port_range. */
const FIRST_TUNNEL_PORT = 32_768;
const LAST_TUNNEL_PORT = 60_999;

/** Whether an address is one of the director machine's own. */
type IsLocal = (address: string) => boolean;

/** Both frames as hex, less what is open, if that differs; undefined if they are equal. */
export function compareFrames(
  recorded: Uint8Array,
  sent: Uint8Array,
  isLocal: IsLocal,
): { readonly recorded: string; readonly sent: string } | undefined {
  const [wanted, got] = [recorded, sent].map((frame) => hex(withoutUndetermined(frame, isLocal)));
  return wanted === got ? undefined : { recorded: wanted as string, sent: got as string };
}

function withoutUndetermined(frame: Uint8Array, isLocal: IsLocal): Uint8Array {
  const copy = frame.slice();
  const header = ipHeaderBytes(copy, IP);
  const headerIsSound = ipv4Problem(copy, IP, copy.length - IP) === undefined;
  if (idIsOpen(copy, isLocal)) copy.fill(0, IP + 4, IP + 6);
  if (isTunnelled(copy, isLocal) && ipProtocol(copy, IP) === PROTOCOL.udp) blankTunnelPort(copy, IP + header);
  blankTimestamps(copy.subarray(IP + IPV4_MIN_HEADER_BYTES, IP + header));
  if (headerIsSound) writeIpChecksum(copy, IP);
  return copy;
}

/** An ICMP error of its own, or a tunnel packet that may be fragmented. What it relays keeps its identification. */
export function idIsOpen(frame: Uint8Array, isLocal: IsLocal): boolean {
  if (!isLocal(formatIpv4(ipSource(frame, IP)))) return false;
  if (ipProtocol(frame, IP) === PROTOCOL.icmp) return ipTtl(frame, IP) === OWN_TTL;
  return isTunnelled(frame, isLocal) && !ipDontFragment(frame, IP);
}

/** A NAT reply carries a local source too (the VIP), but goes to a client; tunnels end at real servers. */
function isTunnelled(frame: Uint8Array, isLocal: IsLocal): boolean {
  return isLocal(formatIpv4(ipSource(frame, IP))) && isServer(formatIpv4(ipDestination(frame, IP)));
}

/** A port out of the range stays, and so differs. The checksum, if there is one, becomes that of port 0. */
function blankTunnelPort(frame: Uint8Array, udp: number): void {
  const port = sourcePort(frame, udp);
  if (ipFragmentOffset(frame, IP) !== 0 || port < FIRST_TUNNEL_PORT || port > LAST_TUNNEL_PORT) return;
  const checksum = udpChecksum(frame, udp);
  if (checksum !== 0) setUdpChecksum(frame, udp, updated16(checksum, port, 0));
  setSourcePort(frame, udp, 0);
}

function blankTimestamps(options: Uint8Array): void {
  for (let at = 0; at < options.length && options[at] !== 0; ) {
    const length = options[at] === 1 ? 1 : (options[at + 1] as number);
    if (length === 0) return;
    // Flag 0: four-byte times alone, up to where the pointer says the next one goes.
    if (options[at] === TIMESTAMP) options.fill(0, at + 4, at + (options[at + 2] as number) - 1);
    at += length;
  }
}

function hex(frame: Uint8Array): string {
  return Buffer.from(frame).toString('hex');
}
