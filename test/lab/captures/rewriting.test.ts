import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../lab/captures/format.ts';
import { rewritten } from '../../../lab/captures/rewriting.ts';
import { DATAGRAM, ipLayer, SYN } from './sample-frames.ts';

const SERVER = { address: addressOf('10.0.2.11'), port: 8080 };

/** The IP packet of the SYN, with bytes set at offsets. */
function syn(at: Readonly<Record<number, number>> = {}): Uint8Array {
  return Uint8Array.from(SYN.subarray(14), (byte, i) => at[i] ?? byte);
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
    expect(ipLayer(padded).packet).toHaveLength(60);
    expect(rewritten(ipLayer(padded), {})).toHaveLength(60);
  });
});
