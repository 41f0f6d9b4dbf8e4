import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACK,
  cut,
  echoRequest,
  FIN,
  fromHex,
  hex,
  icmpError,
  icmpOf,
  icmpPacket,
  ipPacket,
  isIcmpError,
  pattern,
  plainCrc32c,
  readIcmp,
  readSctp,
  readTcp,
  readUdp,
  SCTP,
  SYN,
  sctpOf,
  sctpPacket,
  segmentLength,
  TCP,
  tcpOf,
  tcpPacket,
  UDP,
  udpOf,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { ipFields, options, payload, ports, u8, u16, u32, wholeIpFields } from './arbitrary.ts';

const IP = { source: '10.0.0.1', destination: '10.0.0.2' };

describe('UDP', () => {
  test('lies on the wire as RFC 768 says', () => {
    // The sum of pseudo-header and datagram by hand: 0a00+0001+0a00+0002+0011+000b + 0fa0+0035+000b+6162+6300 = e861.
    const packet = udpPacket(IP, {
      sourcePort: 4000,
      destinationPort: 53,
      payload: Uint8Array.from([0x61, 0x62, 0x63]),
    });
    expect(hex(packet.subarray(20))).toBe('0fa00035000b179e616263');
  });

  test('is read as it was built', () => {
    fc.assert(
      fc.property(ipFields, ports, payload, (ip, { sourcePort, destinationPort }, body) => {
        const datagram = readUdp(udpPacket(ip, { sourcePort, destinationPort, payload: body }));
        expect(datagram).toMatchObject({ ip, sourcePort, destinationPort, payload: body });
        expect(datagram.isChecksumRight).toBe(true);
        expect(datagram.checksum).not.toBe(0);
      }),
    );
  });

  test('a sum of 0 is written as ffff', () => {
    const fields = { sourcePort: 1, destinationPort: 2 };
    const { checksum } = readUdp(udpPacket(IP, { ...fields, payload: Uint8Array.of(0, 0) }));
    const sumsToZero = udpPacket(IP, { ...fields, payload: Uint8Array.of(checksum >> 8, checksum & 255) });
    expect(readUdp(sumsToZero)).toMatchObject({ checksum: 0xffff, isChecksumRight: true });
  });

  test('a checksum may be left out or be wrong', () => {
    const fields = { sourcePort: 1, destinationPort: 2, payload: pattern(9) };
    expect(readUdp(udpPacket(IP, { ...fields, checksum: 0 }))).toMatchObject({
      checksum: 0,
      isChecksumRight: true,
    });
    expect(readUdp(udpPacket(IP, { ...fields, checksum: 0x1234 }))).toMatchObject({
      checksum: 0x1234,
      isChecksumRight: false,
    });
  });
});

describe('TCP', () => {
  test('lies on the wire as RFC 9293 says', () => {
    const packet = tcpPacket(IP, {
      sourcePort: 4000,
      destinationPort: 80,
      flags: SYN,
      sequence: 0x01020304,
      options: [2, 4, 5, 0xb4],
    });
    // The sum by hand: 1421 of the pseudo-header and 7bb0 of the segment are 8fd1.
    expect(hex(packet.subarray(20))).toBe('0fa0005001020304000000006002ffff702e0000020405b4');
  });

  test('is read as it was built', () => {
    const fields = fc.record({
      sourcePort: u16,
      destinationPort: u16,
      sequence: u32,
      acknowledgement: u32,
      flags: u8,
      window: u16,
      urgent: u16,
      options: options(10),
      payload,
    });
    fc.assert(
      fc.property(ipFields, fields, (ip, tcp) => {
        expect(readTcp(tcpPacket(ip, tcp))).toMatchObject({ ip, ...tcp, isChecksumRight: true });
      }),
    );
  });

  test('a checksum may be wrong', () => {
    const packet = tcpPacket(IP, { sourcePort: 1, destinationPort: 2, flags: ACK, checksum: 1 });
    expect(readTcp(packet)).toMatchObject({ checksum: 1, isChecksumRight: false });
  });

  test('SYN and FIN count as a byte each', () => {
    expect(segmentLength({ flags: SYN | FIN, payload: pattern(3) })).toBe(5);
    expect(segmentLength({ flags: ACK, payload: pattern(3) })).toBe(3);
  });
});

describe('SCTP', () => {
  test('has the CRC that RFC 3720 gives for 32 bytes of 0, and the usual check value', () => {
    expect(plainCrc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(plainCrc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  test('is read as it was built', () => {
    fc.assert(
      fc.property(ipFields, ports, u32, payload, (ip, two, verificationTag, chunks) => {
        const packet = sctpPacket(ip, { ...two, verificationTag }, chunks);
        expect(readSctp(packet)).toMatchObject({
          ip,
          ...two,
          verificationTag,
          chunks,
          isChecksumRight: true,
        });
      }),
    );
  });

  test('its checksum stands with its lowest byte first', () => {
    const packet = sctpPacket(
      IP,
      { sourcePort: 1, destinationPort: 2, verificationTag: 0 },
      new Uint8Array(0),
    );
    const crc = plainCrc32c(fromHex('00010002 00000000 00000000'));
    expect(packet.subarray(28)).toEqual(new Uint8Array(Uint32Array.of(crc).buffer));
  });
});

describe('ICMP', () => {
  test('lies on the wire as RFC 792 says', () => {
    const packet = echoRequest(IP, { id: 0x1234, sequence: 1, data: Uint8Array.of(0xab) });
    // 0800 + 1234 + 0001 + ab00 = c535.
    expect(hex(packet.subarray(20))).toBe('08003aca12340001ab');
  });

  test('is read as it was built', () => {
    const fields = fc.record({ type: u8, code: u8, rest: u32, body: payload });
    fc.assert(
      fc.property(ipFields, fields, (ip, icmp) => {
        expect(readIcmp(icmpPacket(ip, icmp))).toMatchObject({ ip, ...icmp, isChecksumRight: true });
      }),
    );
  });

  test('an error quotes no more than makes it 576 bytes long', () => {
    const about = udpPacket(IP, { sourcePort: 1, destinationPort: 2, payload: pattern(1000) });
    const error = icmpError(IP, { type: 3, code: 4, rest: 1400 }, about);
    expect(error.length).toBe(576);
    expect(readIcmp(error)).toMatchObject({ type: 3, code: 4, rest: 1400, body: about.slice(0, 548) });
  });

  test('errors are told from questions and answers', () => {
    expect([0, 3, 4, 5, 8, 11, 12, 13].filter(isIcmpError)).toEqual([3, 4, 5, 11, 12]);
  });
});

describe('a packet of any kind', () => {
  const readers = { [TCP]: tcpOf, [UDP]: udpOf, [SCTP]: sctpOf, 1: icmpOf };

  test('is read as what it is, and as nothing else', () => {
    fc.assert(
      fc.property(wholeIpFields, ports, (ip, two) => {
        const packets = {
          [TCP]: tcpPacket(ip, { ...two, flags: ACK }),
          [UDP]: udpPacket(ip, two),
          [SCTP]: sctpPacket(ip, two, pattern(8)),
          1: icmpPacket(ip, { type: 8 }),
        };
        for (const [kind, packet] of Object.entries(packets)) {
          for (const [reader, read] of Object.entries(readers)) {
            expect(read(packet) !== undefined).toBe(reader === kind);
          }
        }
      }),
    );
  });

  test('a piece of a datagram, a cut header and an impossible one are read as nothing', () => {
    const udp = udpPacket(IP, { sourcePort: 1, destinationPort: 2, payload: pattern(40) });
    for (const piece of cut(udp, 16)) expect(udpOf(piece)).toBeUndefined();
    expect(udpOf(ipPacket(IP, UDP, pattern(7)))).toBeUndefined();
    expect(tcpOf(ipPacket(IP, TCP, pattern(19)))).toBeUndefined();
    expect(tcpOf(ipPacket(IP, TCP, new Uint8Array(20)))).toBeUndefined();
    expect(tcpOf(udp.subarray(0, 12))).toBeUndefined();
  });
});
