import { describe, expect, test } from 'vitest';
import { ipv4 } from '../../../director/wire/addresses.ts';
import {
  blankUncopiedOptions,
  hasIpOptions,
  ipOptionsProblem,
  stampIpOptions,
} from '../../../director/wire/ipv4-options.ts';
import { fromHex, hex, ipPacket, plainChecksum, UDP } from '../../../lab/frames/index.ts';

const OWN = ipv4('10.99.0.1');
const isOwn = (address: number) => address === OWN;

function packetWith(options: string): Uint8Array {
  const ip = { source: '10.0.1.9', destination: '10.99.0.1', options: [...fromHex(options)] };
  return ipPacket(ip, UDP, new Uint8Array(8));
}

function stamped(options: string, timeMs = 0x01020304): string {
  const bytes = packetWith(options);
  stampIpOptions(bytes, 0, OWN, isOwn, timeMs);
  const end = ((bytes[0] as number) & 15) * 4;
  expect(plainChecksum(bytes.subarray(0, end))).toBe(0);
  return hex(bytes.subarray(20, end));
}

describe('stampIpOptions', () => {
  test.each([
    ['record route with room', '070b04 0000000000000000 00', '070b08 0a63000100000000 00'],
    ['record route half full', '070b08 0102030400000000 00', '070b0c 010203040a630001 00'],
    ['record route that is full', '070708 01020304 00', '070708 01020304 00'],
    ['timestamps alone', '440c0500 0000000000000000', '440c0900 0102030400000000'],
    ['timestamps with addresses', '440c0501 0000000000000000', '440c0d01 0a63000101020304'],
    ['timestamp asked of this machine', '440c0503 0a63000100000000', '440c0d03 0a63000101020304'],
    ['timestamp asked of another machine', '440c0503 0a00000100000000', '440c0503 0a00000100000000'],
    ['timestamps without room', '44080900 00000001', '44080910 00000001'],
    ['timestamps asked of others, all done', '440c0d03 0a63000181020304', '440c0d03 0a63000181020304'],
    ['router alert', '94040000', '94040000'],
    ['no-operations, then record route', '0101 070704 00000000 010000', '0101 070708 0a630001 010000'],
    ['what is behind the end', '01000707', '01000000'],
  ])('%s', (_name, before, after) => {
    expect(stamped(before)).toBe(after.replaceAll(' ', ''));
  });
});

test('a timestamp counts from midnight', () => {
  const days = 18_262 * 86_400_000;
  expect(stamped('44080500 00000000', days)).toBe('4408090000000000');
  expect(stamped('44080500 00000000', days - 1)).toBe('4408090005265bff');
});

describe('ipOptionsProblem', () => {
  test.each([
    '01010101',
    '94040000',
    '1e040000',
    '070708 01020304 00',
    '440c0500 0000000000000000',
    '00ffffff',
  ])('finds none in %s', (options) => {
    expect(ipOptionsProblem(packetWith(options), 0)).toBeUndefined();
  });

  test.each([
    ['a length below two', '07010000', 'length 1'],
    ['a length of zero', '1e000000', 'length 0'],
    ['a length past the header', '1e060000', 'length 6'],
    ['no length at all', '0101011e', 'length 0'],
    ['a record route that points into itself', '070703 00000000 00', 'record route'],
    ['a record route with half an entry left', '070605 000000 0000', 'record route'],
    ['a timestamp that points into itself', '44080400 00000000', 'timestamp'],
    ['a timestamp with an overflow count that is full', '440809f0 00000000', 'timestamp'],
    ['a loose source route', '830704 0a00020c 00', 'source route'],
    ['a strict source route', '890704 0a00020c 00', 'source route'],
  ])('names %s', (_name, options, problem) => {
    expect(ipOptionsProblem(packetWith(options), 0)).toContain(problem);
  });
});

test('hasIpOptions tells a header of more than 20 bytes', () => {
  expect(hasIpOptions(packetWith(''), 0)).toBe(false);
  expect(hasIpOptions(packetWith('01010101'), 0)).toBe(true);
});

test('blankUncopiedOptions leaves only options with the copied bit', () => {
  const bytes = packetWith('070704 00000000 94040000 01');
  blankUncopiedOptions(bytes, 0);
  expect(hex(bytes.subarray(20, 32))).toBe('01010101010101 94040000 01'.replaceAll(' ', ''));
});
