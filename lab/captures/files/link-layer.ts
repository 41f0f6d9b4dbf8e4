/**
 * What stands before the network header, by link type (https://www.tcpdump.org/linktypes.html). Every frame is brought
 * into the form of an untagged Ethernet frame, in which an address that the link layer does not tell is zero.
 */
import { ETHERTYPE_IPV4, get16 } from '../../frames/index.ts';

/** Whether the host that captured it received or sent it, where the link layer says so. */
export type Direction = 'in' | 'out' | 'elsewhere';

export interface LinkLayer {
  readonly etherType: number;
  /** Where the network header begins. */
  readonly at: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly vlans: readonly number[];
  readonly direction?: Direction;
}

/** Of an address that the link layer does not tell. */
export const UNKNOWN_MAC = '00:00:00:00:00:00';
const UNKNOWN = new Uint8Array(6);
const VLAN_TAGS = [0x8100, 0x88a8, 0x9100];
const LAST_ETHERTYPE_OF_LENGTHS = 0x05ff;
/** Packet types of `sll_pkttype`; other numbers are broadcast and multicast, which come in too. */
const DIRECTIONS: Readonly<Record<number, Direction>> = { 3: 'elsewhere', 4: 'out' };

type Reader = (bytes: Uint8Array) => LinkLayer | undefined;

const ETHERNET = 1;

const READERS: Readonly<Record<number, Reader>> = {
  [ETHERNET]: (bytes) =>
    bytes.length < 14
      ? undefined
      : untagged(bytes, 12, { destination: bytes.subarray(0, 6), source: bytes.subarray(6, 12) }),
  // Raw IP, by the numbers that different systems wrote.
  12: rawIp,
  14: rawIp,
  101: rawIp,
  228: rawIp,
  // BSD loopback: a protocol family of four bytes, of either byte order.
  0: behindFamily,
  108: behindFamily,
  // Linux “cooked”: `tcpdump -i any`.
  113: (bytes) =>
    bytes.length < 16
      ? undefined
      : cooked(bytes, 14, get16(bytes, 0), get16(bytes, 4), bytes.subarray(6, 12)),
  276: (bytes) =>
    bytes.length < 20
      ? undefined
      : cooked(bytes, 0, bytes[10] as number, bytes[11] as number, bytes.subarray(12, 18), 20),
};

export const LINK_TYPE_NAMES = 'Ethernet, raw IP, BSD loopback, Linux cooked (SLL, SLL2)';

export function isKnownLinkType(linkType: number): boolean {
  return READERS[linkType] !== undefined;
}

/** Undefined where the frame is too short for a header. */
export function linkLayerOf(linkType: number, bytes: Uint8Array): LinkLayer | undefined {
  return READERS[linkType]?.(bytes);
}

function rawIp(bytes: Uint8Array): LinkLayer | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  const etherType = version === 4 ? ETHERTYPE_IPV4 : 0x86dd;
  return bytes.length < 20
    ? undefined
    : { etherType, at: 0, source: UNKNOWN, destination: UNKNOWN, vlans: [] };
}

function behindFamily(bytes: Uint8Array): LinkLayer | undefined {
  const inner = rawIp(bytes.subarray(4));
  return inner && { ...inner, at: 4 };
}

function cooked(
  bytes: Uint8Array,
  typeAt: number,
  packetType: number,
  addressBytes: number,
  source: Uint8Array,
  next = typeAt + 2,
): LinkLayer | undefined {
  return untagged(
    bytes,
    typeAt,
    {
      source: addressBytes === 6 ? source : UNKNOWN,
      destination: UNKNOWN,
      direction: DIRECTIONS[packetType] ?? 'in',
    },
    next,
  );
}

/** Takes VLAN tags (IEEE 802.1Q, 802.1ad) off. @param typeAt Offset of the first EtherType. @param next What follows it. */
function untagged(
  bytes: Uint8Array,
  typeAt: number,
  link: Pick<LinkLayer, 'source' | 'destination' | 'direction'>,
  next = typeAt + 2,
): LinkLayer | undefined {
  const vlans: number[] = [];
  let etherType = get16(bytes, typeAt);
  let at = next;
  while (VLAN_TAGS.includes(etherType)) {
    if (at + 4 > bytes.length) return undefined;
    vlans.push(get16(bytes, at) & 0x0fff);
    etherType = get16(bytes, at + 2);
    at += 4;
  }
  return etherType <= LAST_ETHERTYPE_OF_LENGTHS ? undefined : { ...link, etherType, at, vlans };
}
