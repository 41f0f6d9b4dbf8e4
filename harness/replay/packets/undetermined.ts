/**
 * Blanks the fields of a sent frame that no rule determines, so that the rest can be compared byte for byte: the
 * identification of the director's own packets where it may be anything, the source port of a GUE tunnel, and the times
 * in an IP timestamp option.
 */
import {
  DONT_FRAGMENT,
  get16,
  headerBytesOf,
  hex,
  ICMP,
  ipText,
  ipv4Fault,
  OFFSET_MASK,
  onesSum,
  put16,
  UDP,
  u16,
  writeHeaderChecksum,
} from '../../../lab/frames/index.ts';
import { isServer } from './recorded-network.ts';

const ETHERNET_BYTES = 14;
const MIN_HEADER_BYTES = 20;
const OWN_TTL = 64;
/** Type of an IP option (RFC 791 §3.1). */
const TIMESTAMP = 68;
/** The range of a tunnel's source ports: net.ipv4.ip_local_port_range. */
const FIRST_TUNNEL_PORT = 32_768;
const LAST_TUNNEL_PORT = 60_999;

/** Whether an address belongs to the director's machine. */
type IsLocal = (address: string) => boolean;

/** Both frames in hexadecimal, undetermined fields blanked; undefined if they are equal. */
export function compareFrames(
  recorded: Uint8Array,
  sent: Uint8Array,
  isLocal: IsLocal,
): { readonly recorded: string; readonly sent: string } | undefined {
  const [wanted, got] = [recorded, sent].map((frame) => hex(withoutUndetermined(frame, isLocal)));
  return wanted === got ? undefined : { recorded: wanted as string, sent: got as string };
}

/** True for the director's own ICMP errors and for tunnel packets that may be fragmented. */
export function idIsOpen(frame: Uint8Array, isLocal: IsLocal): boolean {
  return packetIdIsOpen(frame.subarray(ETHERNET_BYTES), isLocal);
}

function withoutUndetermined(frame: Uint8Array, isLocal: IsLocal): Uint8Array {
  const copy = Uint8Array.from(frame);
  const packet = copy.subarray(ETHERNET_BYTES);
  const headerBytes = headerBytesOf(packet);
  const headerIsSound = ipv4Fault(packet) === undefined;
  if (packetIdIsOpen(packet, isLocal)) packet.fill(0, 4, 6);
  if (isTunnelled(packet, isLocal) && protocolOf(packet) === UDP) blankTunnelPort(packet, headerBytes);
  blankTimestamps(packet.subarray(MIN_HEADER_BYTES, headerBytes));
  if (headerIsSound) writeHeaderChecksum(packet);
  return copy;
}

function packetIdIsOpen(packet: Uint8Array, isLocal: IsLocal): boolean {
  if (!isLocal(sourceOf(packet))) return false;
  if (protocolOf(packet) === ICMP) return packet[8] === OWN_TTL;
  return isTunnelled(packet, isLocal) && (get16(packet, 6) & DONT_FRAGMENT) === 0;
}

/** A NAT reply has a local source address too, the VIP, but goes to a client; tunnels end at real servers. */
function isTunnelled(packet: Uint8Array, isLocal: IsLocal): boolean {
  return isLocal(sourceOf(packet)) && isServer(ipText(packet, 16));
}

/** A port outside the range stays, and so differs. The checksum, if there is one, becomes that of port 0 (RFC 1624). */
function blankTunnelPort(packet: Uint8Array, udp: number): void {
  const port = get16(packet, udp);
  const isLaterFragment = (get16(packet, 6) & OFFSET_MASK) !== 0;
  if (isLaterFragment || port < FIRST_TUNNEL_PORT || port > LAST_TUNNEL_PORT) return;
  const checksum = get16(packet, udp + 6);
  const withoutPort = 0xffff - onesSum(u16(0xffff - checksum, 0xffff - port));
  if (checksum !== 0) put16(packet, udp + 6, withoutPort || 0xffff);
  put16(packet, udp, 0);
}

function blankTimestamps(options: Uint8Array): void {
  for (let at = 0; at < options.length && options[at] !== 0; ) {
    const length = options[at] === 1 ? 1 : (options[at + 1] as number);
    if (length === 0) return;
    // Flag 0: only times, of four bytes each, up to where the pointer says that the next one goes.
    if (options[at] === TIMESTAMP) options.fill(0, at + 4, at + (options[at + 2] as number) - 1);
    at += length;
  }
}

function sourceOf(packet: Uint8Array): string {
  return ipText(packet, 12);
}

function protocolOf(packet: Uint8Array): number {
  return packet[9] as number;
}
