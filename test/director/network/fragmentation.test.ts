import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sendFragments } from '../../../director/network/fragmentation.ts';
import { Reassembly } from '../../../director/network/reassembly.ts';
import { HEADROOM_BYTES, Packet } from '../../../director/packet.ts';
import { hex, ipPacket, join, pattern, plainChecksum, UDP } from '../../../lab/frames/index.ts';

const ENDS = { source: '10.0.1.9', destination: '10.99.0.1', id: 77 };

function packetOf(ip: Uint8Array): Packet {
  const packet = new Packet();
  const space = HEADROOM_BYTES + 14;
  packet.set(join(new Uint8Array(space), ip), HEADROOM_BYTES, 14 + ip.length, 1);
  packet.parseIp(space);
  return packet;
}

function fragmentsOf(packet: Packet, maxBytes: number): Uint8Array[] {
  const fragments: Uint8Array[] = [];
  sendFragments(packet, maxBytes, ({ bytes, ip, totalBytes }) => {
    fragments.push(bytes.slice(ip, ip + totalBytes));
  });
  return fragments;
}

/** Length, offset in bytes, "more fragments" and "don't fragment" of each. */
function shapes(fragments: readonly Uint8Array[]): string[] {
  return fragments.map((bytes) => {
    const word = ((bytes[6] as number) << 8) | (bytes[7] as number);
    const flags = (word & 0x2000 ? ' MF' : '') + (word & 0x4000 ? ' DF' : '');
    return `${bytes.length}@${(word & 0x1fff) * 8}${flags}`;
  });
}

describe('a packet', () => {
  test.each([
    [1401, 1400, ['1396@0 MF', '25@1376']],
    [1501, 1500, ['1500@0 MF', '21@1480']],
    // The last one need not end on a multiple of eight, so it may use the last bytes of the link too.
    [20 + 1376 + 1380, 1400, ['1396@0 MF', '1400@1376']],
    [20 + 1376 + 1381, 1400, ['1396@0 MF', '1396@1376 MF', '25@2752']],
    [220, 76, ['76@0 MF', '76@56 MF', '76@112 MF', '52@168']],
  ])('of %i bytes over a link of %i', (totalBytes, maxBytes, expected) => {
    const packet = packetOf(ipPacket(ENDS, UDP, pattern(totalBytes - 20)));
    expect(shapes(fragmentsOf(packet, maxBytes))).toEqual(expected);
  });

  test('carries DF in its fragments only if it came in fragments that did', () => {
    const came = packetOf(ipPacket({ ...ENDS, dontFragment: true }, UDP, pattern(100)));
    expect(shapes(fragmentsOf(came, 76))).toEqual(['76@0 MF', '64@56']);
    came.fragmentsKeepDontFragment = true;
    expect(shapes(fragmentsOf(came, 76))).toEqual(['76@0 MF DF', '64@56 DF']);
  });

  test('leaves options without the copied bit to its first fragment', () => {
    // Record route (not copied), router alert (copied), end.
    const options = [7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0];
    const fragments = fragmentsOf(packetOf(ipPacket({ ...ENDS, options }, UDP, pattern(100))), 96);
    expect(fragments.map((bytes) => hex(bytes.subarray(20, 32)))).toEqual([
      '07070400000000940400 0000'.replace(' ', ''),
      '01010101010101940400 0000'.replace(' ', ''),
    ]);
  });

  test('is what its fragments make up again, and each fits and has a right checksum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: 5000 }),
        fc.integer({ min: 28, max: 1500 }),
        (payloadBytes, maxBytes) => {
          const whole = ipPacket(ENDS, UDP, pattern(payloadBytes));
          const fragments = fragmentsOf(packetOf(whole), maxBytes);
          for (const bytes of fragments) {
            expect(bytes.length).toBeLessThanOrEqual(maxBytes);
            expect(plainChecksum(bytes.subarray(0, 20))).toBe(0);
          }
          if (fragments.length === 1) {
            expect(hex(fragments[0] as Uint8Array)).toBe(hex(whole));
            return;
          }
          const reassembly = new Reassembly();
          const last = fragments.map(packetOf).filter((fragment) => reassembly.add(fragment, 0))[0];
          expect(last && hex(last.bytes.subarray(last.ip, last.ip + last.totalBytes))).toBe(hex(whole));
        },
      ),
    );
  });
});
