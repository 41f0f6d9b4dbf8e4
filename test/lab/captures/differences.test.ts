/** How a difference between two packets is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '../../../lab/captures/differences.ts';
import { rewritten } from '../../../lab/captures/rewriting.ts';
import { DATAGRAM, FRAGMENTATION_NEEDED, ipLayer, SYN, TUNNELLED } from './sample-frames.ts';

/** The IP packet of the SYN, with bytes set at offsets. */
function syn(at: Readonly<Record<number, number>> = {}): Uint8Array {
  return Uint8Array.from(SYN.subarray(14), (byte, i) => at[i] ?? byte);
}

function datagram(at: Readonly<Record<number, number>> = {}): Uint8Array {
  return Uint8Array.from(DATAGRAM.subarray(14), (byte, i) => at[i] ?? byte);
}

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
    ['TCP checksum', { 36: 0 }, '0x4c01', '0x0001'],
    ['TCP sequence number', { 27: 0 }, '810121276', '810121216'],
    [
      'TCP options',
      { 42: 2 },
      '020405b40402080ab371a621000000000103030a',
      '020402b40402080ab371a621000000000103030a',
    ],
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
    expect(differences(syn(), syn().subarray(0, 58))).toMatchObject([{ field: 'TCP options' }]);
    expect(differences(datagram(), datagram().subarray(0, 50))).toEqual([
      { field: 'byte 50 of the IP packet', expected: '0x20', seen: 'no byte: the packet ends before' },
    ]);
    expect(differences(syn().subarray(0, 58), syn())).toHaveLength(1);
  });

  it('knows the two zeros of a TCP checksum as one, and not those of UDP, where 0 says that there is none', () => {
    expect(differences(syn({ 36: 0, 37: 0 }), syn({ 36: 0xff, 37: 0xff }))).toEqual([]);
    expect(differences(syn({ 36: 0xff, 37: 0xff }), syn({ 36: 0, 37: 0 }))).toEqual([]);
    expect(differences(datagram({ 26: 0xff, 27: 0xff }), datagram({ 26: 0, 27: 0 }))).toEqual([
      { field: 'UDP checksum', expected: '0xffff', seen: '0x0000' },
    ]);
  });

  it('finds any byte that was changed, wherever it is', () => {
    const frame = fc.constantFrom(SYN, DATAGRAM);
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (before, place, flip) => {
        const expected = rewritten(ipLayer(before), {});
        expect(differences(expected, Uint8Array.from(expected))).toEqual([]);
        const seen = Uint8Array.from(expected);
        const at = place % seen.length;
        seen[at] = seen[at]! ^ flip;
        expect(differences(expected, seen)).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('names fields of the outer header, of the packet inside, and of one that is quoted', () => {
    const changed = (frame: Uint8Array, at: Readonly<Record<number, number>>) =>
      Uint8Array.from(frame.subarray(14), (byte, i) => at[i] ?? byte);
    const names = (frame: Uint8Array, at: Readonly<Record<number, number>>) =>
      differences(changed(frame, {}), changed(frame, at)).map(({ field }) => field);
    expect(names(TUNNELLED, { 8: 1 })).toEqual(['outer IP TTL']);
    expect(names(TUNNELLED, { 28: 1 })).toEqual(['IP TTL']);
    expect(names(FRAGMENTATION_NEEDED, { 26: 1 })).toEqual(['ICMP next-hop MTU']);
    expect(names(FRAGMENTATION_NEEDED, { 36: 1 })).toEqual(['quoted IP TTL']);
    expect(names(FRAGMENTATION_NEEDED, { 49: 1 })).toEqual(['quoted source port']);
  });

  it('says which byte of the data, besides a checksum that follows it', () => {
    expect(differences(datagram(), datagram({ 26: 1, 40: 1 }))).toMatchObject([
      { field: 'UDP checksum' },
      { field: 'byte 40 of the IP packet' },
    ]);
  });

  it('lets pass what is to be ignored, with the header checksum that follows it', () => {
    const other = datagram({ 4: 0xd1, 5: 0x3b, 10: 0x52, 11: 0x18 });
    expect(differences(datagram(), other, ['IP identification'])).toEqual([]);
    expect(differences(datagram(), other, ['IP TTL'])).toHaveLength(2);
    expect(differences(datagram(), datagram({ 5: 0x3b }), ['IP identification'])).toMatchObject([
      { field: 'IP header checksum', expected: '0x5218', seen: '0x5219' },
    ]);
  });
});
