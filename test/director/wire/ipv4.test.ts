import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, ipv4, isUnicast, parseIpv4, prefixMask } from '../../../director/wire/addresses.ts';
import {
  decrementTtl,
  ipChecksum,
  ipDestination,
  ipDontFragment,
  ipFragmentOffset,
  ipHeaderBytes,
  ipId,
  ipIsFragment,
  ipMoreFragments,
  ipProtocol,
  ipSource,
  ipTos,
  ipTotalBytes,
  ipTtl,
  ipVersion,
  ipv4Problem,
  setIpFragment,
  setIpTos,
  setIpTotalBytes,
  writeIpChecksum,
  writeIpv4,
} from '../../../director/wire/ipv4.ts';
import { fromHex, hex, plainChecksum } from '../../../lab/frames/index.ts';

/** 192.168.0.1 → 192.168.0.199, UDP, DF, TTL 64, 115 bytes in all. */
const HEADER = fromHex('4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7');

const header = fc.record({
  tos: fc.nat(255),
  totalBytes: fc.integer({ min: 20, max: 65_535 }),
  id: fc.nat(0xffff),
  dontFragment: fc.boolean(),
  ttl: fc.nat(255),
  protocol: fc.nat(255),
  source: fc.integer(),
  destination: fc.integer(),
});

describe('an IPv4 header', () => {
  test('is read field by field', () => {
    expect({
      version: ipVersion(HEADER, 0),
      headerBytes: ipHeaderBytes(HEADER, 0),
      tos: ipTos(HEADER, 0),
      totalBytes: ipTotalBytes(HEADER, 0),
      id: ipId(HEADER, 0),
      dontFragment: ipDontFragment(HEADER, 0),
      moreFragments: ipMoreFragments(HEADER, 0),
      offset: ipFragmentOffset(HEADER, 0),
      isFragment: ipIsFragment(HEADER, 0),
      ttl: ipTtl(HEADER, 0),
      protocol: ipProtocol(HEADER, 0),
      checksum: ipChecksum(HEADER, 0),
      source: formatIpv4(ipSource(HEADER, 0)),
      destination: formatIpv4(ipDestination(HEADER, 0)),
    }).toEqual({
      version: 4,
      headerBytes: 20,
      tos: 0,
      totalBytes: 115,
      id: 0,
      dontFragment: true,
      moreFragments: false,
      offset: 0,
      isFragment: false,
      ttl: 64,
      protocol: 17,
      checksum: 0xb861,
      source: '192.168.0.1',
      destination: '192.168.0.199',
    });
  });

  test('is written into a buffer of stale bytes without one of them left', () => {
    const bytes = new Uint8Array(20).fill(0xa5);
    writeIpv4(bytes, 0, {
      tos: 0,
      totalBytes: 115,
      id: 0,
      dontFragment: true,
      ttl: 64,
      protocol: 17,
      source: ipv4('192.168.0.1'),
      destination: ipv4('192.168.0.199'),
    });
    expect(hex(bytes)).toBe(hex(HEADER));
  });

  test('reads as it was written, and its checksum is right', () => {
    fc.assert(
      fc.property(header, fc.nat(40), (fields, at) => {
        const bytes = new Uint8Array(at + 24).fill(0xa5);
        writeIpv4(bytes, at, fields);
        expect({
          tos: ipTos(bytes, at),
          totalBytes: ipTotalBytes(bytes, at),
          id: ipId(bytes, at),
          dontFragment: ipDontFragment(bytes, at),
          ttl: ipTtl(bytes, at),
          protocol: ipProtocol(bytes, at),
          source: ipSource(bytes, at),
          destination: ipDestination(bytes, at),
        }).toEqual(fields);
        expect(plainChecksum(bytes.subarray(at, at + 20))).toBe(0);
        expect([...bytes.subarray(0, at), ...bytes.subarray(at + 20)].every((byte) => byte === 0xa5)).toBe(
          true,
        );
      }),
    );
  });

  test('has a TTL whose decrement gives the checksum that recomputation gives', () => {
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 255 }), (fields, ttl) => {
        const bytes = new Uint8Array(20);
        writeIpv4(bytes, 0, { ...fields, ttl });
        decrementTtl(bytes, 0);
        expect(ipTtl(bytes, 0)).toBe(ttl - 1);
        const adjusted = ipChecksum(bytes, 0);
        writeIpChecksum(bytes, 0);
        expect(adjusted).toBe(ipChecksum(bytes, 0));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    // Checksums at the edges: the identification makes them so.
    ['feff', 'ffff is never written'],
    ['ff00', 'the carry goes around'],
    ['0000', 'nothing special'],
  ])('has a decrement that is right at checksum %s: %s', (checksum) => {
    const wanted = Number.parseInt(checksum, 16);
    const bytes = HEADER.slice();
    for (let id = 0; id <= 0xffff; id++) {
      bytes.set([id >> 8, id & 255], 4);
      writeIpChecksum(bytes, 0);
      if (ipChecksum(bytes, 0) === wanted) break;
    }
    expect(ipChecksum(bytes, 0)).toBe(wanted);
    decrementTtl(bytes, 0);
    const adjusted = ipChecksum(bytes, 0);
    writeIpChecksum(bytes, 0);
    expect(adjusted).toBe(ipChecksum(bytes, 0));
  });

  test('becomes a fragment and a whole again', () => {
    fc.assert(
      fc.property(fc.nat(8191), fc.boolean(), fc.boolean(), (units, more, dontFragment) => {
        const bytes = HEADER.slice();
        setIpFragment(bytes, 0, units * 8, more, dontFragment);
        expect(ipFragmentOffset(bytes, 0)).toBe(units * 8);
        expect(ipMoreFragments(bytes, 0)).toBe(more);
        expect(ipDontFragment(bytes, 0)).toBe(dontFragment);
        expect(ipIsFragment(bytes, 0)).toBe(more || units > 0);
      }),
    );
  });

  test('takes a length and a type of service', () => {
    const bytes = HEADER.slice();
    setIpTotalBytes(bytes, 0, 0xabcd);
    setIpTos(bytes, 0, 0xb8);
    expect([ipTotalBytes(bytes, 0), ipTos(bytes, 0)]).toEqual([0xabcd, 0xb8]);
  });
});

describe('ipv4Problem', () => {
  const whole = new Uint8Array(115);
  whole.set(HEADER);

  function changed(at: number, ...values: number[]): Uint8Array {
    const bytes = whole.slice();
    bytes.set(values, at);
    return bytes;
  }

  test('finds none in a right packet, with bytes after it or not', () => {
    expect(ipv4Problem(whole, 0, 115)).toBeUndefined();
    expect(ipv4Problem(whole, 0, 200)).toBeUndefined();
  });

  test.each([
    [whole, 19, '19 bytes, the header needs 20'],
    [changed(0, 0x65), 115, 'version field says 6'],
    [changed(0, 0x44), 115, 'header length field says 16'],
    [changed(0, 0x4f), 40, 'header length field says 60 bytes, 40 available'],
    [changed(2, 0, 10), 115, "total length 10 is less than the header's 20"],
    [whole, 114, 'total length 115 is more than the 114 bytes available'],
    [changed(8, 63), 115, 'checksum is wrong'],
  ])('names what is wrong (%#)', (bytes, available, problem) => {
    expect(ipv4Problem(bytes, 0, available)).toContain(problem);
  });

  test('never lets a header with a flipped bit through', () => {
    fc.assert(
      fc.property(fc.nat(19), fc.nat(7), (byte, bit) => {
        const bytes = whole.slice();
        bytes[byte]! ^= 1 << bit;
        expect(ipv4Problem(bytes, 0, 115)).toBeDefined();
      }),
    );
  });
});

describe('addresses', () => {
  test('are signed 32-bit integers in host order', () => {
    expect(ipv4('10.0.0.1')).toBe(0x0a000001);
    expect(ipv4('255.255.255.255')).toBe(-1);
  });

  test('print as they are parsed', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(formatIpv4(ipv4(text))).toBe(text);
      }),
    );
  });

  test.each(['10.0.0', '10.0.0.256', '10.0.0.0.1', '', 'a.b.c.d', '10.0.0.1 '])('"%s" is none', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
    expect(() => ipv4(text)).toThrow('expected an IPv4 address');
  });

  test('are told from other texts of digits and dots', () => {
    const part = fc.oneof(fc.nat(300).map(String), fc.stringMatching(/^[0-9]{0,4}$/));
    const text = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(text, (address) => {
        const parts = address.split('.');
        const isOne =
          parts.length === 4 && parts.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256);
        const expected = isOne ? parts.reduce((sum, byte) => (sum << 8) | Number(byte), 0) : undefined;
        expect(parseIpv4(address)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test('have netmasks for every prefix length', () => {
    expect([0, 8, 24, 31, 32].map((length) => formatIpv4(prefixMask(length)))).toEqual([
      '0.0.0.0',
      '255.0.0.0',
      '255.255.255.0',
      '255.255.255.254',
      '255.255.255.255',
    ]);
  });

  test.each([
    ['10.0.0.1', true],
    ['240.0.0.1', true],
    ['0.0.0.0', false],
    ['0.0.0.1', true],
    ['224.0.0.1', false],
    ['239.255.255.255', false],
    ['255.255.255.255', false],
  ])('%s belongs to one station: %s', (address, expected) => {
    expect(isUnicast(ipv4(address))).toBe(expected);
  });
});
