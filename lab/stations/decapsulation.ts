/** Takes the outer header off: IP-in-IP (RFC 2003), GRE (RFC 2784, RFC 2890) and generic UDP encapsulation. */
import { GRE, get16, IPIP, type Ipv4, isFragment, UDP } from '../frames/index.ts';

const ETHERTYPE_IPV4 = 0x0800;
const UDP_HEADER_BYTES = 8;

/** The packet inside, or undefined if this is none of these or only a piece of one. */
export function decapsulated(outer: Ipv4, guePorts: ReadonlySet<number>): Uint8Array | undefined {
  if (isFragment(outer)) return undefined;
  const { protocol, payload } = outer;
  if (protocol === IPIP) return payload;
  if (protocol === GRE && payload.length >= 4) return insideGre(payload);
  if (protocol === UDP && payload.length >= UDP_HEADER_BYTES + 4 && guePorts.has(get16(payload, 2))) {
    return insideGue(payload.subarray(UDP_HEADER_BYTES));
  }
  return undefined;
}

/** Checksum, key and sequence number are there if their bits are set, four bytes each. */
function insideGre(gre: Uint8Array): Uint8Array | undefined {
  const flags = gre[0] as number;
  if (get16(gre, 2) !== ETHERTYPE_IPV4) return undefined;
  const optional = [0x80, 0x20, 0x10].filter((bit) => (flags & bit) !== 0).length;
  return gre.subarray(4 + optional * 4);
}

/** Version 0 of the header: its length in words behind the first four bytes, and the protocol of what is inside. */
function insideGue(gue: Uint8Array): Uint8Array | undefined {
  const first = gue[0] as number;
  const isData = first >> 5 === 0;
  return isData && gue[1] === IPIP ? gue.subarray(4 + (first & 31) * 4) : undefined;
}
