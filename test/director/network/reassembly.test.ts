import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FRAGMENT_TIMEOUT_MS,
  MAX_HELD_BYTES,
  MAX_HELD_BYTES_OF_SOURCE,
  Reassembly,
} from '../../../director/network/reassembly.ts';
import { HEADROOM_BYTES, Packet } from '../../../director/packet.ts';
import { cut, hex, ipFrame, ipPacket, join, pattern, UDP } from '../../../lab/frames/index.ts';

const ENDS = { source: '10.0.1.9', destination: '10.99.0.1', id: 77 };
const PAYLOAD = pattern(3000);
const WHOLE = ipPacket(ENDS, UDP, PAYLOAD);

function packetOf(ip: Uint8Array): Packet {
  const whole = ipFrame('02:00:00:00:00:02', '02:00:00:00:00:01', ip);
  const packet = new Packet();
  packet.set(join(new Uint8Array(HEADROOM_BYTES), whole), HEADROOM_BYTES, whole.length, 5);
  packet.parseIp(HEADROOM_BYTES + 14);
  return packet;
}

/** The IP packet that the fragments make up, or undefined. The last one must complete it, no other may. */
function put(reassembly: Reassembly, pieces: readonly Uint8Array[], nowMs = 0): Packet | undefined {
  let complete: Packet | undefined;
  for (const piece of pieces) {
    expect(complete).toBeUndefined();
    const packet = packetOf(piece);
    if (reassembly.add(packet, nowMs)) complete = packet;
  }
  return complete;
}

function ipOf(packet: Packet | undefined): string | undefined {
  return packet && hex(packet.bytes.subarray(packet.ip, packet.ip + packet.totalBytes));
}

/** A fragment of `WHOLE`'s datagram, cut anywhere. */
function piece(
  start: number,
  end: number,
  last: boolean,
  more: { tos?: number; df?: boolean } = {},
): Uint8Array {
  const fields = { ...ENDS, tos: more.tos ?? 0, dontFragment: more.df ?? false };
  return ipPacket({ ...fields, offsetBytes: start, moreFragments: !last }, UDP, PAYLOAD.subarray(start, end));
}

function expire(reassembly: Reassembly, nowMs: number): string[] {
  const told: string[] = [];
  reassembly.expire(nowMs, (first) => told.push(ipOf(first) as string));
  return told;
}

describe('a datagram', () => {
  test('is put together from fragments in any order, cut anywhere', () => {
    const order = fc.shuffledSubarray([...cut(WHOLE, 1480).keys()], { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(order, (indexes) => {
        const pieces = cut(WHOLE, 1480);
        const whole = put(
          new Reassembly(),
          indexes.map((i) => pieces[i] as Uint8Array),
        );
        expect(ipOf(whole)).toBe(hex(WHOLE));
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer(), (units, seed) => {
        const pieces = cut(WHOLE, units * 8);
        const shuffled = pieces
          .map((one, i) => ({ one, key: Math.imul(i + 1, seed | 1) }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const reassembly = new Reassembly();
        let whole: Packet | undefined;
        for (const one of shuffled) {
          const packet = packetOf(one);
          if (reassembly.add(packet, 0)) whole = packet;
        }
        expect(ipOf(whole)).toBe(hex(WHOLE));
      }),
      { numRuns: 30 },
    );
  });

  test('comes as a frame with the Ethernet header and the port of its first fragment', () => {
    const whole = put(new Reassembly(), cut(WHOLE, 1480).reverse()) as Packet;
    expect(hex(whole.bytes.subarray(whole.frame, whole.frame + 14))).toBe('0200000000010200000000020800');
    expect([whole.length, whole.port, whole.l4Bytes]).toEqual([14 + WHOLE.length, 5, 3000]);
  });

  test('remembers the size of its largest fragment', () => {
    expect(put(new Reassembly(), cut(WHOLE, 1480))?.largestFragmentBytes).toBe(1500);
    const uneven = [piece(0, 48, false), piece(48, 1048, false), piece(1048, 3000, true)];
    expect(put(new Reassembly(), uneven)?.largestFragmentBytes).toBe(20 + 1952);
  });

  test('has DF again only if the largest fragment had it', () => {
    const all = put(new Reassembly(), cut(WHOLE, 1480, true)) as Packet;
    expect([all.fragmentsKeepDontFragment, all.bytes[all.ip + 6]]).toEqual([true, 0x40]);
    const small = put(new Reassembly(), [piece(0, 48, false, { df: true }), piece(48, 3000, true)]) as Packet;
    expect([small.fragmentsKeepDontFragment, small.bytes[small.ip + 6]]).toEqual([false, 0]);
  });

  test('is kept apart from those of other senders, protocols and identifications', () => {
    const reassembly = new Reassembly();
    const [first, second, last] = cut(WHOLE, 1480) as [Uint8Array, Uint8Array, Uint8Array];
    const others = [{ source: '10.0.1.8' }, { destination: '10.99.0.2' }, { id: 78 }].map((change) =>
      ipPacket({ ...ENDS, ...change, moreFragments: true, offsetBytes: 1480 }, UDP, pattern(1480)),
    );
    others.push(ipPacket({ ...ENDS, moreFragments: true, offsetBytes: 1480 }, 6, pattern(1480)));
    expect(put(reassembly, [first, last, ...others])).toBeUndefined();
    expect(ipOf(put(reassembly, [second]))).toBe(hex(WHOLE));
  });

  test('reports congestion that one fragment met (RFC 3168 §5.3)', () => {
    const whole = put(new Reassembly(), [
      piece(0, 1480, false, { tos: 0x02 }),
      piece(1480, 3000, true, { tos: 0x03 }),
    ]);
    expect(whole?.bytes[whole.ip + 1]).toBe(0x03);
  });

  test('is dropped if only some fragments are ECN-capable', () => {
    const pieces = [piece(0, 1480, false, { tos: 0 }), piece(1480, 3000, true, { tos: 0x03 })];
    expect(put(new Reassembly(), pieces)).toBeUndefined();
  });
});

describe('fragments that do not fit', () => {
  test('a duplicate is ignored', () => {
    const [first, second, last] = cut(WHOLE, 1480) as [Uint8Array, Uint8Array, Uint8Array];
    expect(ipOf(put(new Reassembly(), [first, first, second, first, second, last]))).toBe(hex(WHOLE));
  });

  test.each([
    ['an overlap with what came before', piece(1472, 2960, false)],
    ['an overlap with what came after', piece(1400, 1488, false)],
    ['bytes past the end', piece(3000, 3008, false)],
    ['an end before what is there', piece(2960, 2990, true)],
    ['nothing in it', piece(8, 8, false)],
  ])('%s ends the whole datagram', (_name, bad) => {
    const reassembly = new Reassembly();
    const before = [piece(0, 1480, false), piece(2960, 3000, true)];
    expect(put(reassembly, [...before, bad])).toBeUndefined();
    // The one that was missing opens a new datagram now.
    expect(put(reassembly, [piece(1480, 2960, false)])).toBeUndefined();
    expect(ipOf(put(reassembly, before))).toBe(hex(WHOLE));
  });

  test('bytes past a multiple of eight do not count, except at the end', () => {
    const reassembly = new Reassembly();
    expect(ipOf(put(reassembly, [piece(0, 1485, false), piece(1480, 3000, true)]))).toBe(hex(WHOLE));
  });

  test('a datagram of more than 65535 bytes is dropped', () => {
    const end = ipPacket({ ...ENDS, offsetBytes: 65_528 }, UDP, new Uint8Array(7));
    const start = ipPacket({ ...ENDS, moreFragments: true }, UDP, new Uint8Array(65_504));
    const middle = ipPacket({ ...ENDS, moreFragments: true, offsetBytes: 65_504 }, UDP, new Uint8Array(24));
    expect(put(new Reassembly(), [end, start, middle])).toBeUndefined();
  });
});

describe('waiting', () => {
  test('ends after 30 s from the first that came, whichever that was; the first fragment is given back', () => {
    const reassembly = new Reassembly();
    const [first, second] = cut(WHOLE, 1480) as [Uint8Array, Uint8Array];
    put(reassembly, [second], 1_000);
    put(reassembly, [first], 20_000);
    expect(expire(reassembly, 1_000 + FRAGMENT_TIMEOUT_MS - 1)).toEqual([]);
    expect(expire(reassembly, 1_000 + FRAGMENT_TIMEOUT_MS)).toEqual([hex(first)]);
    expect(expire(reassembly, 100_000)).toEqual([]);
  });

  test('ends in silence without the first fragment', () => {
    const reassembly = new Reassembly();
    put(reassembly, cut(WHOLE, 1480).slice(1));
    expect(expire(reassembly, FRAGMENT_TIMEOUT_MS)).toEqual([]);
    // It is gone: what comes now is a new datagram.
    expect(put(reassembly, cut(WHOLE, 1480).slice(0, 1), FRAGMENT_TIMEOUT_MS)).toBeUndefined();
  });

  test('takes a bounded amount of memory, in which the oldest gives way, so that others’ datagrams still get through', () => {
    const reassembly = new Reassembly();
    const [first, second, last] = cut(WHOLE, 1480) as [Uint8Array, Uint8Array, Uint8Array];
    const count = Math.ceil(MAX_HELD_BYTES / 1480);
    for (let id = 100; id < 100 + count; id++) {
      const source = `10.7.${id >> 8}.${id & 255}`;
      put(reassembly, [ipPacket({ ...ENDS, source, id, moreFragments: true }, UDP, pattern(1480))]);
    }
    expect(ipOf(put(reassembly, [first, second, last]))).toBe(hex(WHOLE));
    const held = expire(reassembly, FRAGMENT_TIMEOUT_MS);
    expect(held.length).toBeGreaterThan(count / 2);
    expect(held.length * (1480 + 256)).toBeLessThanOrEqual(MAX_HELD_BYTES);
  });

  test('lets one sender have a part of it, so that its flood ends none of another’s', () => {
    const reassembly = new Reassembly();
    const [first, second, last] = cut(WHOLE, 1480) as [Uint8Array, Uint8Array, Uint8Array];
    put(reassembly, [first, second]);
    const flood = (id: number) =>
      ipPacket({ ...ENDS, source: '10.7.0.1', id, moreFragments: true }, UDP, pattern(1480));
    for (let id = 0; id < 10_000; id++) put(reassembly, [flood(id)]);
    expect(ipOf(put(reassembly, [last]))).toBe(hex(WHOLE));
    const held = expire(reassembly, FRAGMENT_TIMEOUT_MS);
    expect(held.length * (1480 + 256)).toBeLessThanOrEqual(MAX_HELD_BYTES_OF_SOURCE);
    expect(held.at(-1)).toBe(hex(flood(9_999)));
  });
});
