/**
 * Where the packet inside a tunnel packet begins: IP in IP (RFC 2003), GRE (RFC 2784, 2890) and GUE
 * (draft-ietf-intarea-gue, version 0).
 */
import { GRE, get16, IPIP, UDP } from '../frames/index.ts';

const GRE_BYTES = 4;
const GRE_ETHERTYPE = 2;
/** Flags that say that four more bytes follow: checksum, key, sequence number. */
const GRE_OPTIONS = [0x8000, 0x2000, 0x1000];
const ETHERTYPE_IPV4 = 0x0800;

const UDP_BYTES = 8;
const GUE_BYTES = 4;
/** Version and control bit; a data message of version 0 has none of them set. */
const GUE_VERSION_AND_CONTROL = 0xe0;
const GUE_OPTION_WORDS = 0x1f;
const IPV4_MIN_BYTES = 20;

/**
 * Offset of the inner IPv4 header, or undefined where there is none.
 *
 * @param l4 Offset of what follows the outer header. @param end Offset of the packet’s end.
 */
export function innerHeaderAt(
  bytes: Uint8Array,
  protocol: number,
  l4: number,
  end: number,
): number | undefined {
  if (protocol === IPIP) return l4;
  if (protocol === GRE) return insideGre(bytes, l4, end);
  return protocol === UDP ? insideGue(bytes, l4, end) : undefined;
}

function insideGre(bytes: Uint8Array, l4: number, end: number): number | undefined {
  if (end - l4 < GRE_BYTES || get16(bytes, l4 + GRE_ETHERTYPE) !== ETHERTYPE_IPV4) return undefined;
  const flags = get16(bytes, l4);
  return l4 + GRE_BYTES + 4 * GRE_OPTIONS.filter((flag) => (flags & flag) !== 0).length;
}

/** GUE has no port of its own that one could rely on: it is known by a header that fits what follows to the byte. */
function insideGue(bytes: Uint8Array, l4: number, end: number): number | undefined {
  const gue = l4 + UDP_BYTES;
  if (end - gue < GUE_BYTES + IPV4_MIN_BYTES) return undefined;
  if (((bytes[gue] as number) & GUE_VERSION_AND_CONTROL) !== 0 || (bytes[gue + 1] as number) !== IPIP) {
    return undefined;
  }
  const inner = gue + GUE_BYTES + 4 * ((bytes[gue] as number) & GUE_OPTION_WORDS);
  if (end - inner < IPV4_MIN_BYTES || (bytes[inner] as number) >> 4 !== 4) return undefined;
  return get16(bytes, inner + 2) === end - inner ? inner : undefined;
}
