import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cut,
  FrameError,
  fromHex,
  hex,
  ipPacket,
  isIpv4,
  join,
  pattern,
  readIpv4,
  UDP,
  withTtl,
} from '../../../lab/frames/index.ts';
import { ipFields, payload, u8 } from './arbitrary.ts';

/** A header worked out by hand: 192.168.0.1 → 192.168.0.199, UDP, DF, TTL 64, 115 bytes in all. */
const HEADER = '450000730000400040 11b861c0a80001c0a800c7';

describe('an IPv4 packet', () => {
  test('lies on the wire as RFC 791 says', () => {
    const packet = ipPacket(
      { source: '192.168.0.1', destination: '192.168.0.199', id: 0, dontFragment: true },
      UDP,
      pattern(95),
    );
    expect(hex(packet.subarray(0, 20))).toBe(hex(fromHex(HEADER)));
  });

  test('is read as it was built', () => {
    fc.assert(
      fc.property(ipFields, u8, payload, (ip, protocol, body) => {
        const packet = ipPacket(ip, protocol, body);
        expect(isIpv4(packet)).toBe(true);
        expect(readIpv4(packet)).toEqual({ ...ip, protocol, payload: body });
      }),
    );
  });

  test('has its total length whatever pads the frame', () => {
    const packet = ipPacket({ source: '10.0.0.1', destination: '10.0.0.2' }, UDP, pattern(10));
    expect(readIpv4(join(packet, new Uint8Array(16))).payload).toEqual(pattern(10));
  });

  test('keeps all but TTL and checksum with another TTL', () => {
    fc.assert(
      fc.property(ipFields, payload, u8, (ip, body, ttl) => {
        expect(readIpv4(withTtl(ipPacket(ip, UDP, body), ttl))).toEqual({
          ...ip,
          ttl,
          protocol: UDP,
          payload: body,
        });
      }),
    );
  });
});

describe('what is no IPv4 packet', () => {
  const sound = ipPacket({ source: '10.0.0.1', destination: '10.0.0.2' }, UDP, pattern(10));
  const changed = (at: number, byte: number) => sound.with(at, byte);

  test.each([
    ['too short a header', sound.subarray(0, 19), 'takes 20 bytes, here are 19'],
    ['another version', changed(0, 0x65), 'expected IP version 4, got 6'],
    ['a header of 16 bytes', changed(0, 0x44), 'cannot have 16 bytes'],
    ['a total length below the header’s', changed(3, 19), 'total length 19 is less'],
    ['a cut packet', sound.subarray(0, 29), 'says 30 bytes, here are 29'],
    ['a wrong checksum', changed(8, 63), 'header checksum is wrong'],
  ])('%s is named', (_, bytes, message) => {
    expect(isIpv4(bytes)).toBe(false);
    expect(() => readIpv4(bytes)).toThrow(message);
    expect(() => readIpv4(bytes)).toThrow(FrameError);
  });

  test('an address that is none is refused', () => {
    expect(() => ipPacket({ source: '10.0.0.256', destination: '10.0.0.2' }, UDP, pattern(1))).toThrow(
      '10.0.0.256 is no IPv4 address',
    );
  });
});

test('pieces of a packet carry all of it, in order, and only the last says that it is', () => {
  const units = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), units, (body, eights) => {
      const whole = ipPacket({ source: '10.0.0.1', destination: '10.0.0.2', id: 7 }, UDP, body);
      const pieces = cut(whole, eights * 8).map(readIpv4);
      expect(join(...pieces.map((piece) => piece.payload))).toEqual(body);
      expect(pieces.map((piece) => piece.offsetBytes)).toEqual(pieces.map((_, i) => i * eights * 8));
      expect(pieces.map((piece) => piece.moreFragments)).toEqual(pieces.map((_, i) => i < pieces.length - 1));
      expect(pieces.every((piece) => piece.id === 7)).toBe(true);
    }),
  );
});

test('pieces of a piece keep its place', () => {
  const whole = ipPacket({ source: '10.0.0.1', destination: '10.0.0.2' }, UDP, pattern(64));
  expect(cut(whole, 32).flatMap((piece) => cut(piece, 16))).toEqual(cut(whole, 16));
});
