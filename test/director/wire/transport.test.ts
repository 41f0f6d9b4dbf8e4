import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readI32,
  readU8,
  readU16,
  readU32,
  write32,
  writeU8,
  writeU16,
} from '../../../director/wire/bytes.ts';
import {
  destinationPort,
  setDestinationPort,
  setSourcePort,
  sourcePort,
} from '../../../director/wire/ports.ts';
import {
  formatTcpFlags,
  setTcpChecksum,
  TCP_FLAG,
  tcpAcknowledgement,
  tcpChecksum,
  tcpFlags,
  tcpHeaderBytes,
  tcpSequence,
} from '../../../director/wire/tcp.ts';
import { setUdpChecksum, udpBytes, udpChecksum } from '../../../director/wire/udp.ts';
import { fromHex, hex } from '../../../lab/frames/index.ts';

describe('big-endian integers', () => {
  test('read as they were written, and touch nothing else', () => {
    fc.assert(
      fc.property(fc.nat(0xff), fc.nat(0xffff), fc.integer(), (a, b, c) => {
        const bytes = new Uint8Array(9).fill(0xa5);
        writeU8(bytes, 1, a);
        writeU16(bytes, 2, b);
        write32(bytes, 4, c);
        expect([readU8(bytes, 1), readU16(bytes, 2), readI32(bytes, 4)]).toEqual([a, b, c]);
        expect(readU32(bytes, 4)).toBe(c >>> 0);
        expect([bytes[0], bytes[8]]).toEqual([0xa5, 0xa5]);
      }),
    );
  });

  test('have their high byte first', () => {
    const bytes = fromHex('80000001');
    expect([readU16(bytes, 0), readI32(bytes, 0), readU32(bytes, 0)]).toEqual([
      0x8000, -0x7fffffff, 0x80000001,
    ]);
  });
});

describe('a TCP header', () => {
  const header = fromHex('0fa0 0050 deadbeef 00000001 5012 ffff 1234 0000');

  test('is read', () => {
    expect([sourcePort(header, 0), destinationPort(header, 0)]).toEqual([4000, 80]);
    expect(tcpSequence(header, 0)).toBe(0xdeadbeef);
    expect(tcpAcknowledgement(header, 0)).toBe(1);
    expect(tcpHeaderBytes(header, 0)).toBe(20);
    expect(tcpFlags(header, 0)).toBe(TCP_FLAG.syn | TCP_FLAG.ack);
    expect(tcpChecksum(header, 0)).toBe(0x1234);
  });

  test('takes ports and a checksum where they belong', () => {
    const bytes = header.slice();
    setSourcePort(bytes, 0, 0x0102);
    setDestinationPort(bytes, 0, 0x0304);
    setTcpChecksum(bytes, 0, 0xabcd);
    expect(hex(bytes)).toBe('01020304deadbeef000000015012ffffabcd0000');
  });

  test.each([
    [TCP_FLAG.syn, 'S'],
    [TCP_FLAG.syn | TCP_FLAG.ack, 'S.'],
    [TCP_FLAG.psh | TCP_FLAG.ack, 'P.'],
    [TCP_FLAG.fin | TCP_FLAG.ack, 'F.'],
    [TCP_FLAG.rst, 'R'],
    [0, 'none'],
  ])('prints its flags as tcpdump does (%i: %s)', (flags, text) => {
    expect(formatTcpFlags(flags)).toBe(text);
  });
});

describe('a UDP header', () => {
  const header = fromHex('0fa0 0035 0011 1234');

  test('is read', () => {
    expect([udpBytes(header, 0), udpChecksum(header, 0)]).toEqual([17, 0x1234]);
  });

  test('takes a checksum, and ffff where that came out as 0', () => {
    const bytes = header.slice();
    setUdpChecksum(bytes, 0, 0x00ff);
    expect(udpChecksum(bytes, 0)).toBe(0x00ff);
    setUdpChecksum(bytes, 0, 0);
    expect(udpChecksum(bytes, 0)).toBe(0xffff);
  });
});
