/**
 * What a director machine's own stack makes of a packet that the director leaves to it. A replay in memory has no such
 * stack, so frames in a recording that are explained by one are recognised here, and only those.
 */
const IP = 14;
const ICMP = 1;
const TCP = 6;
const ICMP_ECHO_REPLY = 0;
const ICMP_ECHO = 8;
const RST = 0x04;

/** True if `out` is how a stack that owns the addresses `isLocal` answers or forwards `handed`. */
export function isStackAnswer(
  handed: Uint8Array,
  out: Uint8Array,
  isLocal: (address: string) => boolean,
): boolean {
  return isForwarded(handed, out) || (isLocal(source(out)) && isOwnAnswer(handed, out));
}

function isForwarded(handed: Uint8Array, out: Uint8Array): boolean {
  const expected = withoutLinkTtlChecksum(handed);
  const actual = withoutLinkTtlChecksum(out);
  return out[IP + 8] === (handed[IP + 8] as number) - 1 && Buffer.compare(expected, actual) === 0;
}

function isOwnAnswer(handed: Uint8Array, out: Uint8Array): boolean {
  if (destination(out) !== source(handed)) return false;
  const outL4 = transport(out);
  const handedL4 = transport(handed);
  if (out[IP + 9] === TCP && handed[IP + 9] === TCP) {
    const portsAreSwapped =
      hex(out, outL4, 2) === hex(handed, handedL4 + 2, 2) &&
      hex(out, outL4 + 2, 2) === hex(handed, handedL4, 2);
    return portsAreSwapped && ((out[outL4 + 13] as number) & RST) !== 0;
  }
  if (out[IP + 9] !== ICMP) return false;
  if (out[outL4] === ICMP_ECHO_REPLY && handed[IP + 9] === ICMP && handed[handedL4] === ICMP_ECHO) {
    return hex(out, outL4 + 4, 4) === hex(handed, handedL4 + 4, 4);
  }
  const quoted = out.subarray(outL4 + 8);
  return Buffer.compare(quoted, handed.subarray(IP, IP + quoted.length)) === 0;
}

function withoutLinkTtlChecksum(frame: Uint8Array): Uint8Array {
  const total = ((frame[IP + 2] as number) << 8) | (frame[IP + 3] as number);
  const copy = frame.slice(IP, IP + total);
  copy[8] = 0;
  copy.fill(0, 10, 12);
  return copy;
}

function transport(frame: Uint8Array): number {
  return IP + ((frame[IP] as number) & 15) * 4;
}

function source(frame: Uint8Array): string {
  return frame.subarray(IP + 12, IP + 16).join('.');
}

function destination(frame: Uint8Array): string {
  return frame.subarray(IP + 16, IP + 20).join('.');
}

function hex(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length)).toString('hex');
}
