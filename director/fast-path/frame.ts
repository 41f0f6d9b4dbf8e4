/** What lies where in the frames that the programs look at, and numbers in them. */

/** Offsets in an Ethernet frame that holds IPv4 without options. */
export const FRAME = {
  destinationMac: 0,
  sourceMac: 6,
  etherType: 12,
  ip: 14,
  totalBytes: 16,
  id: 18,
  fragment: 20,
  ttl: 22,
  protocol: 23,
  ipChecksum: 24,
  source: 26,
  destination: 30,
  transport: 34,
  sourcePort: 34,
  destinationPort: 36,
  udpChecksum: 40,
  tcpOffset: 46,
  tcpFlags: 47,
  tcpChecksum: 50,
} as const;
export const ETHERNET_BYTES = 14;
export const IP_BYTES = 20;
export const TCP_BYTES = 20;
export const UDP_BYTES = 8;
export const PORTS_BYTES = 4;
export const UDP_HEAD_BYTES = ETHERNET_BYTES + IP_BYTES + UDP_BYTES;
export const TCP_HEAD_BYTES = ETHERNET_BYTES + IP_BYTES + TCP_BYTES;

export const TCP = 6;
export const UDP = 17;
/** As loaded. */
export const ETHERTYPE_IPV4 = 0x0008;
export const FRAGMENT_OFFSET = 0xff1f;
export const MORE_FRAGMENTS = 0x0020;
export const DONT_FRAGMENT = 0x0040;
/** Version 4, with the header's length in words: none beyond the fixed ones, and the most that there may be. */
export const WITHOUT_OPTIONS = 0x45;
export const WITH_MOST_OPTIONS = 0x4f;
export const HEADER_WORDS = 0x0f;
