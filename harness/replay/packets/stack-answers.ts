/**
 * What the stack of the director's machine does with a packet that the director leaves to it. A replay in memory has no
 * such stack, so recorded frames that the stack must have sent are recognised here, and no others.
 */
import {
  ECHO_REPLY,
  ECHO_REQUEST,
  get16,
  get32,
  headerBytesOf,
  ICMP,
  ipText,
  isSame,
  RST,
  TCP,
} from '../../../lab/frames/index.ts';

const IP = 14;

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
  return out[IP + 8] === (handed[IP + 8] as number) - 1 && isSame(expected, actual);
}

function isOwnAnswer(handed: Uint8Array, out: Uint8Array): boolean {
  if (destination(out) !== source(handed)) return false;
  const outL4 = transport(out);
  const handedL4 = transport(handed);
  if (out[IP + 9] === TCP && handed[IP + 9] === TCP) {
    const portsAreSwapped =
      get16(out, outL4) === get16(handed, handedL4 + 2) && get16(out, outL4 + 2) === get16(handed, handedL4);
    return portsAreSwapped && ((out[outL4 + 13] as number) & RST) !== 0;
  }
  if (out[IP + 9] !== ICMP) return false;
  if (out[outL4] === ECHO_REPLY && handed[IP + 9] === ICMP && handed[handedL4] === ECHO_REQUEST) {
    return get32(out, outL4 + 4) === get32(handed, handedL4 + 4);
  }
  const quoted = out.subarray(outL4 + 8);
  return isSame(quoted, handed.subarray(IP, IP + quoted.length));
}

function withoutLinkTtlChecksum(frame: Uint8Array): Uint8Array {
  const total = get16(frame, IP + 2);
  const copy = frame.slice(IP, IP + total);
  copy[8] = 0;
  copy.fill(0, 10, 12);
  return copy;
}

function transport(frame: Uint8Array): number {
  return IP + headerBytesOf(frame.subarray(IP));
}

function source(frame: Uint8Array): string {
  return ipText(frame, IP + 12);
}

function destination(frame: Uint8Array): string {
  return ipText(frame, IP + 16);
}
