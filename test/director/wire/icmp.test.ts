import { expect, test } from 'vitest';
import {
  ICMP_TYPE,
  icmpChecksumIsRight,
  icmpCode,
  icmpMtu,
  icmpRest,
  icmpType,
  UNREACHABLE,
  writeIcmpChecksum,
  writeIcmpErrorHeader,
} from '../../../director/wire/icmp.ts';
import { fromHex, hex } from '../../../lab/frames/index.ts';

/** Fragmentation needed, next-hop MTU 1400, quoting four bytes. */
const ERROR = fromHex('0304 b243 0000 0578 4500 0040');

test('an ICMP error is read', () => {
  expect(icmpType(ERROR, 0)).toBe(ICMP_TYPE.unreachable);
  expect(icmpCode(ERROR, 0)).toBe(UNREACHABLE.fragmentationNeeded);
  expect(icmpMtu(ERROR, 0)).toBe(1400);
  expect(icmpRest(ERROR, 0)).toBe(1400);
});

test('an ICMP error is written into stale bytes without one of them left', () => {
  const bytes = new Uint8Array(12).fill(0xa5);
  bytes.set(ERROR.subarray(8), 8);
  writeIcmpErrorHeader(bytes, 0, ICMP_TYPE.unreachable, UNREACHABLE.fragmentationNeeded, 1400);
  writeIcmpChecksum(bytes, 0, 12);
  expect(hex(bytes)).toBe(hex(ERROR));
});

test('an ICMP checksum is right until a bit changes', () => {
  expect(icmpChecksumIsRight(ERROR, 0, ERROR.length)).toBe(true);
  for (let bit = 0; bit < ERROR.length * 8; bit++) {
    const bytes = ERROR.slice();
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    expect(icmpChecksumIsRight(bytes, 0, bytes.length)).toBe(false);
  }
});
