import { describe, expect, test } from 'vitest';
import { readOffload, writeOffloadOf } from '../../../director/io/offload.ts';
import { ringSize } from '../../../director/io/packet-ring.ts';
import { HEADROOM_BYTES, Packet } from '../../../director/packet.ts';
import {
  ACK,
  hex,
  ipPacket,
  join,
  pattern,
  readTcp,
  readUdp,
  UDP,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { fromClient, ipOf } from '../fixtures/small-frames.ts';

const VIRTIO_BYTES = 10;
const ETHERNET = 14;
const ENDS = { source: '10.0.1.9', destination: '10.99.0.1' };
const PORTS = { sourcePort: 4000, destinationPort: 80 };
const PAYLOAD = pattern(3000);

/** `struct virtio_net_hdr`: flags, type of segmentation, header length, segment, checksum start and offset. */
function virtio(flags: number, type: number, ...words: readonly number[]): Uint8Array {
  return Uint8Array.of(flags, type, ...words.flatMap((word) => [word & 0xff, word >> 8]));
}

function received(header: Uint8Array, frame: Uint8Array): Packet {
  const packet = new Packet();
  const headroom = new Uint8Array(HEADROOM_BYTES - VIRTIO_BYTES);
  packet.set(join(headroom, header, frame, new Uint8Array(64)), HEADROOM_BYTES, frame.length, 1);
  return packet;
}

function headerOf({ bytes, frame }: Packet): Uint8Array {
  return bytes.slice(frame - VIRTIO_BYTES, frame);
}

const COMPLETE = virtio(0, 0, 0, 0, 0, 0);
const MERGED_TCP = virtio(1, 1, ETHERNET + 40, 1448, ETHERNET + 20, 16);
const tcp = fromClient.tcp({ flags: ACK, payload: PAYLOAD, checksum: 0xdead });

describe('a frame', () => {
  test('that is complete is left as it is, and said to be when it is sent', () => {
    // That its checksum was verified (bit 2) is nobody's business but the receiver's.
    const packet = received(virtio(2, 0, 0, 0, 0, 0), tcp);
    expect(readOffload(packet, ETHERNET)).toBe(true);
    expect(packet).toMatchObject({ segmentBytes: 0, checksumPending: false });
    writeOffloadOf(packet);
    expect(hex(headerOf(packet))).toBe(hex(COMPLETE));
    expect(hex(packet.bytes.slice(HEADROOM_BYTES, HEADROOM_BYTES + tcp.length))).toBe(hex(tcp));
  });

  test('that is merged TCP is sent with what it came with, and the sum of the pseudo header to go on from', () => {
    const packet = received(MERGED_TCP, tcp);
    expect(readOffload(packet, ETHERNET)).toBe(true);
    expect(packet).toMatchObject({ segmentBytes: 1448, checksumPending: true });
    writeOffloadOf(packet);
    expect(hex(headerOf(packet))).toBe(hex(MERGED_TCP));
    // The sum over the segment with that in its place is the checksum that hardware puts there.
    const { bytes, l4, l4Bytes } = packet;
    let sum = 0;
    for (let i = 0; i < l4Bytes; i += 2) sum += ((bytes[l4 + i] ?? 0) << 8) | (bytes[l4 + i + 1] ?? 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    bytes.set([(~sum >> 8) & 0xff, ~sum & 0xff], l4 + 16);
    expect(readTcp(bytes.slice(packet.ip, packet.ip + packet.totalBytes)).isChecksumRight).toBe(true);
  });

  test('whose first segment alone is to say that the sender slows down is sent so', () => {
    const slower = fromClient.tcp({ flags: ACK | 0x80, payload: PAYLOAD });
    const packet = received(virtio(1, 0x81, ETHERNET + 40, 1448, ETHERNET + 20, 16), slower);
    readOffload(packet, ETHERNET);
    expect(packet.segmentBytes).toBe(1448);
    writeOffloadOf(packet);
    expect(headerOf(packet)[1]).toBe(0x81);
  });

  test('that is merged UDP, without a link header', () => {
    const merged = virtio(1, 5, 28, 1200, 20, 6);
    const packet = received(merged, udpPacket(ENDS, { ...PORTS, payload: PAYLOAD }));
    expect(readOffload(packet, 0)).toBe(true);
    expect(packet).toMatchObject({ segmentBytes: 1200, checksumPending: true });
    writeOffloadOf(packet);
    expect(hex(headerOf(packet))).toBe(hex(merged));
  });

  test.each([
    ['is UDP with TCP merged inside (VXLAN)', fromClient.udp({ payload: PAYLOAD }), MERGED_TCP],
    ['has segments of no size', tcp, virtio(1, 1, ETHERNET + 40, 0, ETHERNET + 20, 16)],
    ['is merged in a way that is not known', tcp, virtio(1, 3, ETHERNET + 40, 1448, ETHERNET + 20, 16)],
  ])('cannot be taken if it %s', (_, frame, header) => {
    expect(readOffload(received(header, frame), ETHERNET)).toBe(false);
  });

  test('with a pending checksum of its own leaves that to whoever sends it', () => {
    const packet = received(virtio(1, 0, 0, 0, ETHERNET + 20, 16), tcp);
    expect(readOffload(packet, ETHERNET)).toBe(true);
    expect(packet).toMatchObject({ segmentBytes: 0, checksumPending: true });
  });

  test('with a pending checksum further inside gets that at once', () => {
    // A VXLAN packet: outer UDP without a checksum, eight bytes of VXLAN, then a frame whose UDP is unfinished.
    const inner = udpPacket(ENDS, { ...PORTS, payload: pattern(77), checksum: pseudoHeaderSum(77 + 8) });
    const vxlan = join(new Uint8Array(8), new Uint8Array(ETHERNET), inner);
    const frame = fromClient.ip(udpPacket(ENDS, { ...PORTS, payload: vxlan, checksum: 0 }));
    const innerAt = ETHERNET + 20 + 8 + 8 + ETHERNET;
    const packet = received(virtio(1, 0, 0, 0, innerAt + 20, 6), frame);
    expect(readOffload(packet, ETHERNET)).toBe(true);
    expect(packet.checksumPending).toBe(false);
    const at = HEADROOM_BYTES + innerAt;
    expect(readUdp(packet.bytes.slice(at, at + inner.length))).toMatchObject({ isChecksumRight: true });
  });

  test('that is no IPv4 packet is nobody’s business', () => {
    const packet = received(
      MERGED_TCP,
      join(tcp.subarray(0, 12), Uint8Array.of(0x86, 0xdd), tcp.subarray(14)),
    );
    expect(readOffload(packet, ETHERNET)).toBe(true);
    expect(packet.segmentBytes).toBe(0);
  });

  test('whose pending checksum has no place in it has none', () => {
    const bare = ipOf(fromClient.ip(ipPacket(ENDS, UDP, new Uint8Array(0))));
    const packet = received(virtio(1, 0, 0, 0, 20, 6), bare);
    expect(readOffload(packet, 0)).toBe(true);
    expect(packet.checksumPending).toBe(false);
  });
});

/** Of an inner UDP datagram from 10.0.1.9 to 10.99.0.1. */
function pseudoHeaderSum(length: number): number {
  return 0x0a00 + 0x0109 + 0x0a63 + 0x0001 + UDP + length;
}

describe('a ring', () => {
  const MIB = 1 << 20;

  test.each([
    [1500, 16 * MIB, 4096, 2048],
    [1400, 16 * MIB, 4096, 2048],
    [9000, 16 * MIB, 1024, 16_384],
    [65_535, 16 * MIB, 1024, 16_384],
    [68, 16 * MIB, 4096, 2048],
    // One of a hundred ports.
    [1500, 1.28 * MIB, 512, 2048],
    [9000, 1.28 * MIB, 64, 16_384],
    // One of ten thousand.
    [1500, 13_000, 64, 2048],
  ])('for an MTU of %i in %i bytes has %i slots of %i bytes', (mtu, memoryBytes, slots, slotBytes) => {
    expect(ringSize(mtu, memoryBytes)).toEqual({ slots, slotBytes });
  });
});
