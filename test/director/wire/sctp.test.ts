import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crc32c,
  leadingSctpChunk,
  SCTP_CHUNK,
  sctpChunkType,
  writeSctpChecksum,
} from '../../../director/wire/sctp.ts';
import { fromHex, hex, plainCrc32c } from '../../../lab/frames/index.ts';

describe('CRC-32C', () => {
  test.each([
    ['123456789', Buffer.from('123456789'), 0xe3069283],
    // RFC 3720 §B.4
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 rising bytes', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ])('of %s', (_name, bytes, expected) => {
    expect(crc32c(bytes, 0, bytes.length) >>> 0).toBe(expected);
  });

  test('equals division bit by bit, at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5), (bytes, at) => {
        const shifted = Uint8Array.from([...new Uint8Array(at), ...bytes, 0xa5]);
        expect(crc32c(shifted, at, bytes.length) >>> 0).toBe(plainCrc32c(bytes));
      }),
    );
  });
});

test('an SCTP checksum goes in with its low byte first, whatever stood there', () => {
  const packet = fromHex('0fa0 0050 00000000 a5a5a5a5 0100 0004');
  const crc = plainCrc32c(fromHex('0fa0 0050 00000000 00000000 0100 0004'));
  writeSctpChecksum(packet, 0, packet.length);
  const low = [0, 8, 16, 24].map((shift) => (crc >>> shift) & 255);
  expect(hex(packet)).toBe(`0fa0005000000000${hex(Uint8Array.from(low))}01000004`);
});

describe('the leading chunk', () => {
  const common = '0fa0005000000000a5a5a5a5';
  test.each([
    ['the first', '01000004', SCTP_CHUNK.init],
    ['a cookie', '0a000004', SCTP_CHUNK.cookieEcho],
    ['a cookie with data behind it', '0a00000500000000 00000004', SCTP_CHUNK.cookieEcho],
    ['an abort behind a cookie', '0a00000500000000 06000004', SCTP_CHUNK.abort],
    ['a cookie whose length is wrong', '0a000002 06000004', SCTP_CHUNK.cookieEcho],
    ['a cookie that is cut', '0b000100 06000004', SCTP_CHUNK.cookieAck],
    ['not an abort behind anything else', '01000004 06000004', SCTP_CHUNK.init],
  ])('is %s', (_name, chunks, expected) => {
    const packet = fromHex(common + chunks);
    expect(leadingSctpChunk(packet, 0, packet.length)).toBe(expected);
    expect(sctpChunkType(packet, 12)).toBe(packet[12]);
  });

  test('is none in a packet that is too short', () => {
    expect(leadingSctpChunk(fromHex(`${common}010000`), 0, 15)).toBeUndefined();
  });
});
