import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sendSegments } from '../../../director/network/segmentation.ts';
import { HEADROOM_BYTES, Packet } from '../../../director/packet.ts';
import {
  ACK,
  FIN,
  hex,
  join,
  PSH,
  pattern,
  readTcp,
  readUdp,
  SYN,
  tcpPacket,
  udpPacket,
} from '../../../lab/frames/index.ts';

const ECE = 0x40;
const CWR = 0x80;
const ENDS = { source: '10.0.1.9', destination: '10.99.0.1', ttl: 63, dontFragment: true };
const PORTS = { sourcePort: 4000, destinationPort: 80 };
/** What a sender leaves in the place of a checksum that hardware is to compute. */
const NO_CHECKSUM = 0xdead;
const MAX_IP_BYTES = 65_535;

/** A merged packet as it came in, and the packets that it is cut into. */
function segmentsOf(ip: Uint8Array, segmentBytes: number): Uint8Array[] {
  const packet = new Packet();
  const start = HEADROOM_BYTES + 14;
  packet.set(join(new Uint8Array(start), ip), HEADROOM_BYTES, 14 + ip.length, 1);
  packet.parseIp(start);
  packet.segmentBytes = segmentBytes;
  packet.checksumPending = true;
  const segments: Uint8Array[] = [];
  sendSegments(packet, (segment) => {
    expect(segment.segmentBytes).toBe(0);
    expect(segment.checksumPending).toBe(false);
    segments.push(segment.bytes.slice(segment.ip, segment.ip + segment.totalBytes));
  });
  return segments;
}

const options = fc
  .array(fc.constantFrom(0, 1), { maxLength: 10 })
  .map((words) => words.flatMap(() => [1, 1, 1, 1]));

describe('a merged TCP packet', () => {
  test('is cut into segments that say together what it said', () => {
    const merged = fc.record({
      size: fc.integer({ min: 1, max: 3000 }),
      mss: fc.integer({ min: 1, max: 1460 }),
      sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      id: fc.integer({ min: 0, max: 0xffff }),
      flags: fc.integer({ min: 0, max: 0xff }).map((flags) => (flags & ~SYN) | ACK),
      tcpOptions: options,
      ipOptions: options,
    });
    fc.assert(
      fc.property(merged, ({ size, mss, sequence, id, flags, tcpOptions, ipOptions }) => {
        const payload = pattern(size, sequence);
        const ip = { ...ENDS, id, tos: 2, options: ipOptions };
        const tcp = { ...PORTS, acknowledgement: 77, window: 500, options: tcpOptions };
        const whole = tcpPacket(ip, { ...tcp, sequence, flags, payload, checksum: NO_CHECKSUM });
        const segments = segmentsOf(whole, mss);
        const count = Math.ceil(size / mss);
        expect(segments).toHaveLength(count);
        for (const [i, bytes] of segments.entries()) {
          // Built anew from the RFCs: headers and checksums must be the same to the bit.
          const expected = tcpPacket(
            { ...ip, id: (id + i) & 0xffff },
            {
              ...tcp,
              sequence: (sequence + i * mss) % 2 ** 32,
              flags: flags & ~(i < count - 1 ? FIN | PSH : 0) & ~(i > 0 ? CWR : 0),
              payload: payload.subarray(i * mss, (i + 1) * mss),
            },
          );
          expect(hex(bytes)).toBe(hex(expected));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of the largest size loses nothing', () => {
    const payload = pattern(MAX_IP_BYTES - 40);
    const segments = segmentsOf(
      tcpPacket(ENDS, { ...PORTS, flags: ACK | PSH | FIN | ECE | CWR, payload, checksum: NO_CHECKSUM }),
      1448,
    ).map(readTcp);
    expect(segments).toHaveLength(Math.ceil(payload.length / 1448));
    expect(segments.every(({ isChecksumRight }) => isChecksumRight)).toBe(true);
    expect(join(...segments.map((one) => one.payload))).toEqual(payload);
    const flags = segments.map((one) => one.flags);
    expect([flags[0], flags[1], flags.at(-1)]).toEqual([ACK | ECE | CWR, ACK | ECE, ACK | PSH | FIN | ECE]);
  });
});

describe('a merged UDP packet', () => {
  test('is cut into datagrams', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 1472 }), (size, each) => {
        const payload = pattern(size, each);
        const merged = udpPacket({ ...ENDS, id: 9 }, { ...PORTS, payload, checksum: NO_CHECKSUM });
        const datagrams = segmentsOf(merged, each).map(readUdp);
        expect(datagrams.map((one) => one.payload.length)).toEqual(
          Array.from({ length: Math.ceil(size / each) }, (_, i) => Math.min(each, size - i * each)),
        );
        // A checksum of 0 would say that there is none.
        expect(datagrams.every((one) => one.isChecksumRight && one.checksum !== 0)).toBe(true);
        expect(join(...datagrams.map((one) => one.payload))).toEqual(payload);
        expect(datagrams.map((one) => one.ip.id)).toEqual(datagrams.map((_, i) => 9 + i));
      }),
      { numRuns: 100 },
    );
  });
});
