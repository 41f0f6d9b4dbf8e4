import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { bytesOf, differences, rewritten } from '../../../harness/captures/rewriting.ts';
import { DATAGRAM, ipLayer, SYN } from './sample-frames.ts';

const SERVER = { address: ipv4('10.0.2.11'), port: 8080 };

/** The IP packet of the SYN, with bytes set at offsets. */
function syn(at: Readonly<Record<number, number>> = {}): Uint8Array {
  return Uint8Array.from(SYN.subarray(14), (byte, i) => at[i] ?? byte);
}

function datagram(at: Readonly<Record<number, number>> = {}): Uint8Array {
  return Uint8Array.from(DATAGRAM.subarray(14), (byte, i) => at[i] ?? byte);
}

/** A sum of 16-bit words as in RFC 1071, written out plainly. */
function wordSum(words: readonly number[]): number {
  return words.reduce((sum, word) => (sum + word > 0xffff ? sum + word - 0xffff : sum + word), 0);
}

function wordsOf(bytes: Uint8Array): number[] {
  const even = bytes.length % 2 === 0 ? bytes : Uint8Array.of(...bytes, 0);
  return Array.from({ length: even.length / 2 }, (_, i) => even[2 * i]! * 256 + even[2 * i + 1]!);
}

/** With the pseudo header, checksum field included: all ones if the checksum is right. */
function transportSum(ip: Uint8Array): number {
  const l4 = ip.subarray(20);
  return wordSum([...wordsOf(ip.subarray(12, 20)), ip[9]!, l4.length, ...wordsOf(l4)]);
}

describe('what a packet should look like', () => {
  it('is the packet with a TTL one less, if nothing is rewritten', () => {
    expect(rewritten(ipLayer(SYN), {})).toEqual(syn({ 8: 63, 10: 0x82 }));
  });

  it.each([SYN, DATAGRAM])('has the new destination and checksums that follow', (frame) => {
    const after = rewritten(ipLayer(frame), { destination: SERVER });
    expect([...after.subarray(16, 20)]).toEqual([10, 0, 2, 11]);
    expect([...after.subarray(22, 24)]).toEqual([0x1f, 0x90]);
    expect(after[8]).toBe(63);
    expect(wordSum(wordsOf(after.subarray(0, 20)))).toBe(0xffff);
    expect(transportSum(after)).toBe(0xffff);
  });

  it('has the new source', () => {
    const after = rewritten(ipLayer(SYN), { source: SERVER });
    expect([...after.subarray(12, 16)]).toEqual([10, 0, 2, 11]);
    expect([...after.subarray(20, 22)]).toEqual([0x1f, 0x90]);
    expect(transportSum(after)).toBe(0xffff);
  });

  it('has a UDP checksum even if the sender computed none, as the kernel does it', () => {
    const bare = Uint8Array.from(DATAGRAM);
    bare.set([0, 0], 40);
    const after = rewritten(ipLayer(bare), { destination: SERVER });
    expect(transportSum(after)).toBe(0xffff);
    expect([...after.subarray(26, 28)]).not.toEqual([0, 0]);
    expect([...rewritten(ipLayer(bare), {}).subarray(26, 28)]).toEqual([0, 0]);
  });

  it('leaves out the padding of the frame', () => {
    const padded = Buffer.concat([SYN, Buffer.alloc(6)]);
    expect(bytesOf(ipLayer(padded))).toHaveLength(60);
    expect(rewritten(ipLayer(padded), {})).toHaveLength(60);
  });
});

describe('how two packets differ', () => {
  it('does not, if they are alike', () => {
    expect(differences(syn(), syn())).toEqual([]);
  });

  it.each([
    ['IP header length', { 0: 0x46 }, '20 bytes', '24 bytes'],
    ['IP TOS', { 1: 0x10 }, '0x00', '0x10'],
    ['IP total length', { 3: 61 }, '60 bytes', '61 bytes'],
    ['IP identification', { 5: 0x33 }, '41522', '41523'],
    ['IP don’t fragment', { 6: 0 }, 'true', 'false'],
    ['IP TTL', { 8: 63 }, '64', '63'],
    ['IP source', { 15: 3 }, '10.0.1.2', '10.0.1.3'],
    ['IP destination', { 19: 101 }, '10.0.2.100', '10.0.2.101'],
    ['IP header checksum', { 10: 0x80 }, '0x8124', '0x8024'],
    ['source port', { 21: 0x3d }, '59196', '59197'],
    ['destination port', { 23: 0x51 }, '80', '81'],
    ['transport checksum', { 36: 0 }, '0x4c01', '0x0001'],
    ['byte 27 of the IP packet', { 27: 0 }, '0x3c', '0x00'],
  ])('names the field: %s', (field, at, expected, seen) => {
    expect(differences(syn(), syn(at))).toContainEqual({ field, expected, seen });
  });

  it('names the protocol', () => {
    expect(differences(datagram(), datagram({ 9: 1 }))).toContainEqual({
      field: 'IP protocol',
      expected: '17',
      seen: '1',
    });
  });

  it('says that a packet ends too early, or too late', () => {
    expect(differences(syn(), syn().subarray(0, 58))).toEqual([
      { field: 'byte 58 of the IP packet', expected: '0x03', seen: 'no byte: the packet ends before' },
    ]);
    expect(differences(syn().subarray(0, 58), syn())).toHaveLength(1);
  });

  it('knows the two zeros of a TCP checksum as one, and not those of UDP, where 0 says that there is none', () => {
    expect(differences(syn({ 36: 0, 37: 0 }), syn({ 36: 0xff, 37: 0xff }))).toEqual([]);
    expect(differences(syn({ 36: 0xff, 37: 0xff }), syn({ 36: 0, 37: 0 }))).toEqual([]);
    expect(differences(datagram({ 26: 0xff, 27: 0xff }), datagram({ 26: 0, 27: 0 }))).toEqual([
      { field: 'transport checksum', expected: '0xffff', seen: '0x0000' },
    ]);
  });

  it('finds any byte that was changed, wherever it is', () => {
    const frame = fc.constantFrom(SYN, DATAGRAM);
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (before, place, flip) => {
        const expected = rewritten(ipLayer(before), { destination: SERVER });
        expect(differences(expected, Uint8Array.from(expected))).toEqual([]);
        const seen = Uint8Array.from(expected);
        const at = place % seen.length;
        seen[at] = seen[at]! ^ flip;
        expect(differences(expected, seen)).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
