import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fold,
  internetChecksum,
  pseudoHeaderSum,
  sum,
  transportChecksum,
  updated16,
  updated32,
} from '../../../director/wire/checksum.ts';
import { fromHex, plainChecksum, UDP, udpPacket } from '../../../lab/frames/index.ts';

const words = fc.uint8Array({ minLength: 0, maxLength: 2000 });
const u16 = fc.oneof(fc.constantFrom(0, 1, 0xfffe, 0xffff), fc.integer({ min: 0, max: 0xffff }));
const i32 = fc.oneof(fc.constantFrom(0, -1, 1, 0xffff, -0x10000), fc.integer());

describe('internetChecksum', () => {
  test('of the example header in RFC 1071 terms: 4500 0073 … has b861', () => {
    expect(internetChecksum(fromHex('4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7'), 0, 20)).toBe(
      0xb861,
    );
  });

  test('of nothing is ffff, of ones is 0', () => {
    expect(internetChecksum(new Uint8Array(0), 0, 0)).toBe(0xffff);
    expect(internetChecksum(fromHex('ffff ffff'), 0, 4)).toBe(0);
  });

  test('an odd last byte counts as the high half of a word', () => {
    expect(internetChecksum(fromHex('01'), 0, 1)).toBe(internetChecksum(fromHex('0100'), 0, 2));
  });

  test('equals the plain reference for any bytes at any offset', () => {
    fc.assert(
      fc.property(words, fc.nat(7), (bytes, offset) => {
        const shifted = new Uint8Array(offset + bytes.length + 3).fill(0xa5);
        shifted.set(bytes, offset);
        expect(internetChecksum(shifted, offset, bytes.length)).toBe(plainChecksum(bytes));
      }),
    );
  });

  test('the sum of a full datagram of ones does not overflow', () => {
    const bytes = new Uint8Array(65_534).fill(0xff);
    expect(fold(sum(bytes, 0, bytes.length))).toBe(0xffff);
    expect(internetChecksum(bytes, 0, bytes.length)).toBe(plainChecksum(bytes));
  });
});

describe('transportChecksum', () => {
  test('equals the one that the sender computed, whatever stands in the field', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), u16, (payload, inField) => {
        const ip = { source: '10.0.1.9', destination: '10.99.0.1' };
        const packet = udpPacket(ip, { sourcePort: 4000, destinationPort: 53, payload });
        const right = ((packet[26] as number) << 8) | (packet[27] as number);
        packet.set([inField >> 8, inField & 255], 26);
        const l4Bytes = packet.length - 20;
        const pseudoHeader = pseudoHeaderSum({
          source: 0x0a000109,
          destination: 0x0a630001,
          protocol: UDP,
          l4Bytes,
        });
        const computed = transportChecksum(packet, 20, l4Bytes, 26, pseudoHeader);
        expect(computed === 0 ? 0xffff : computed).toBe(right);
      }),
    );
  });
});

/** A checksummed block: a word that changes among words that do not. The zero words make 0 and ffff common. */
const block = fc
  .array(u16, { minLength: 1, maxLength: 12 })
  .map((values) => Uint8Array.from(values.flatMap((value) => [value >> 8, value & 255])));

describe('incremental update (RFC 1624)', () => {
  test('the example of RFC 1624 §4: dd2f, 5555 becomes 3285, gives 0000', () => {
    expect(updated16(0xdd2f, 0x5555, 0x3285)).toBe(0);
  });

  test('of a 16-bit word equals recomputation', () => {
    fc.assert(
      fc.property(block, u16, u16, (rest, from, to) => {
        expect(updated16(checksumWith16(rest, from), from, to)).toBe(checksumWith16(rest, to));
      }),
      { numRuns: 2000 },
    );
  });

  test('of a 32-bit word equals recomputation', () => {
    fc.assert(
      fc.property(block, i32, i32, (rest, from, to) => {
        expect(updated32(checksumWith32(rest, from), from, to)).toBe(checksumWith32(rest, to));
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps a wrong checksum wrong by the same amount', () => {
    fc.assert(
      fc.property(block, u16, u16, u16, (rest, from, to, wrong) => {
        const before = onesDifference(checksumWith16(rest, from), wrong);
        const after = onesDifference(checksumWith16(rest, to), updated16(wrong, from, to));
        expect(after).toBe(before);
      }),
    );
  });
});

/** The words hold a 1 besides, as every header does: a sum of nothing but zeros has two representations. */
function checksumWith16(rest: Uint8Array, word: number): number {
  return plainChecksum(Uint8Array.of(0, 1, ...rest, word >> 8, word & 255));
}

function checksumWith32(rest: Uint8Array, word: number): number {
  return plainChecksum(Uint8Array.of(0, 1, ...rest, word >> 24, word >> 16, word >> 8, word));
}

/** a - b in one's complement, 0 and ffff being the same. */
function onesDifference(a: number, b: number): number {
  return (a - b + 0xffff) % 0xffff;
}
