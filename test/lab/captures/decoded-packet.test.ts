import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../../director/wire/addresses.ts';
import { summaryOf } from '../../../lab/captures/summary.ts';
import {
  GRE,
  ipFrame,
  ipPacket,
  join,
  plainChecksum,
  put16,
  sctpPacket,
  u16,
  udpPacket,
} from '../../../lab/frames/index.ts';
import {
  ARP_ANSWER,
  ARP_QUESTION,
  DATAGRAM,
  decoded,
  FRAGMENTATION_NEEDED,
  SYN,
  TUNNELLED,
} from './sample-frames.ts';

/** A copy with bytes set at offsets. */
function changed(frame: Uint8Array, at: Readonly<Record<number, number>>): Uint8Array {
  return Uint8Array.from(frame, (byte, i) => at[i] ?? byte);
}

describe('decoding a captured frame', () => {
  it('reads a TCP segment', () => {
    const { ip, inner, ipProblem, sourceMac, destinationMac } = decoded(SYN);
    expect([sourceMac, destinationMac]).toEqual(['02:00:0a:00:01:02', '02:00:0a:00:01:01']);
    expect(inner).toBeUndefined();
    expect(ipProblem).toBeUndefined();
    expect(formatIpv4(ip!.source)).toBe('10.0.1.2');
    expect(formatIpv4(ip!.destination)).toBe('10.0.2.100');
    expect(ip).toMatchObject({
      ttl: 64,
      id: 0xa232,
      tos: 0,
      dontFragment: true,
      isFragment: false,
      totalBytes: 60,
      l4Bytes: 40,
      isTcp: true,
      sourcePort: 59_196,
      destinationPort: 80,
      tcpFlags: 0x02,
      tcpSequence: 810_121_276,
      tcpAcknowledgement: 0,
      tcpPayloadBytes: 0,
      transportProblem: undefined,
    });
  });

  it('reads a datagram', () => {
    expect(decoded(DATAGRAM).ip).toMatchObject({
      isTcp: false,
      hasPorts: true,
      sourcePort: 38_919,
      destinationPort: 5300,
      tcpFlags: 0,
      tcpSequence: 0,
      tcpPayloadBytes: 0,
      transportProblem: undefined,
    });
  });

  it('reads an ICMP message', () => {
    expect(decoded(FRAGMENTATION_NEEDED).ip).toMatchObject({
      protocol: 1,
      hasPorts: false,
      sourcePort: 0,
      transportProblem: undefined,
    });
  });

  it('reads the packet inside a tunnel packet, which the conversation is about', () => {
    const packet = decoded(TUNNELLED);
    expect(formatIpv4(packet.ip!.destination)).toBe('10.0.3.13');
    expect(packet.inner).toMatchObject({ sourcePort: 59_196, destinationPort: 80, ttl: 62 });
    expect(packet.payload).toBe(packet.inner);
    expect(packet.inner!.transportProblem).toBeUndefined();
  });

  it('reads ARP', () => {
    const question = decoded(ARP_QUESTION);
    expect(question.ip).toBeUndefined();
    expect(question.payload).toBeUndefined();
    expect(question.arp).toEqual({ isReply: false, senderIp: 0x0a000102, targetIp: 0x0a000101 });
    expect(decoded(ARP_ANSWER).arp).toEqual({ isReply: true, senderIp: 0x0a000101, targetIp: 0x0a000102 });
  });

  it('leaves Ethernet padding out', () => {
    const padded = Buffer.concat([SYN, Buffer.from('padding')]);
    expect(decoded(padded).ip).toMatchObject({ totalBytes: 60, l4Bytes: 40, transportProblem: undefined });
  });

  it('says what is wrong with an IP header', () => {
    expect(decoded(changed(SYN, { 22: 63 })).ipProblem).toBe('the IPv4 header checksum is wrong');
    expect(decoded(SYN.subarray(0, 70)).ipProblem).toMatch(/says 60 bytes, here are 56/);
    expect(decoded(changed(SYN, { 14: 0x65 })).ipProblem).toMatch(/expected IP version 4, got 6/);
    expect(decoded(changed(SYN, { 14: 0x44 })).ipProblem).toMatch(/cannot have 16 bytes/);
    expect(decoded(SYN.subarray(0, 20)).ipProblem).toMatch(/takes 20 bytes, here are 6/);
  });

  it('says what is wrong with the header inside a tunnel packet', () => {
    const packet = decoded(changed(TUNNELLED, { 42: 9 }));
    expect(packet.ip).toBeDefined();
    expect(packet.inner).toBeUndefined();
    expect(packet.ipProblem).toBe('inside the outer header: the IPv4 header checksum is wrong');
  });

  it('says what is wrong with a transport checksum', () => {
    expect(decoded(changed(SYN, { 50: 0x4d })).ip!.transportProblem).toBe(
      'TCP checksum is 0x4d01, should be 0x4c01',
    );
    expect(decoded(changed(DATAGRAM, { 40: 0x4d })).ip!.transportProblem).toBe(
      'UDP checksum is 0x4da9, should be 0x4ca9',
    );
    expect(decoded(changed(FRAGMENTATION_NEEDED, { 41: 1 })).ip!.transportProblem).toBe(
      'ICMP checksum is wrong',
    );
    expect(decoded(changed(TUNNELLED, { 90: 0xff })).inner!.transportProblem).toMatch(/^TCP checksum is/);
  });

  it('takes a datagram without a checksum as it is (RFC 768)', () => {
    expect(decoded(changed(DATAGRAM, { 40: 0, 41: 0 })).ip!.transportProblem).toBeUndefined();
  });

  it('does not look for ports in a fragment', () => {
    // Offset 8 instead of don't-fragment; the header checksum follows: 0x4000 less, 1 more.
    const fragment = changed(SYN, { 20: 0x00, 21: 0x01, 24: 0xc1, 25: 0x23 });
    expect(decoded(fragment).ip).toMatchObject({
      isFragment: true,
      hasPorts: false,
      isTcp: false,
      sourcePort: 0,
    });
    expect(decoded(fragment).ip!.transportProblem).toBeUndefined();
  });

  it('looks into GRE and GUE as into IP in IP', () => {
    const tunnel = { source: '10.0.2.1', destination: '10.0.3.11' };
    const inside = Uint8Array.from(SYN.subarray(14));
    const framed = (packet: Uint8Array) => decoded(ipFrame('02:00:0a:00:02:01', '02:00:0a:00:03:0b', packet));
    const gre = framed(ipPacket(tunnel, GRE, join(u16(0, 0x0800), inside)));
    const gueHeader = u16(0x0004, 0);
    const gue = framed(
      udpPacket(tunnel, { sourcePort: 40_000, destinationPort: 6080, payload: join(gueHeader, inside) }),
    );
    const line = 'TCP 10.0.1.2:59196 > 10.0.2.100:80 [S] 0 bytes';
    expect(summaryOf(gre)).toBe(`GRE 10.0.2.1 > 10.0.3.11: ${line}`);
    expect(summaryOf(gue)).toBe(`GUE 10.0.2.1:40000 > 10.0.3.11:6080: ${line}`);
    for (const { ip, inner } of [gre, gue]) {
      expect(inner).toMatchObject({ ttl: 64, sourcePort: 59_196, transportProblem: undefined });
      expect(ip!.transportProblem).toBeUndefined();
    }
  });

  it('checks GRE’s and SCTP’s checksums where there are any', () => {
    const ends = { source: '10.0.1.2', destination: '10.0.2.100' };
    const ports = { sourcePort: 5000, destinationPort: 80 };
    const framed = (packet: Uint8Array) => decoded(ipFrame('02:00:0a:00:02:01', '02:00:0a:00:03:0b', packet));
    const problem = (packet: Uint8Array) => framed(packet).ip!.transportProblem;
    expect(problem(sctpPacket(ends, ports, Uint8Array.of(1, 0, 0, 4)))).toBeUndefined();
    expect(problem(sctpPacket(ends, { ...ports, checksum: 7 }, Uint8Array.of(1, 0, 0, 4)))).toMatch(/^SCTP/);
    const gre = join(u16(0x8000, 0x0800, 0, 0), SYN.subarray(14));
    expect(problem(ipPacket(ends, GRE, gre))).toBe('GRE checksum is wrong');
    put16(gre, 4, plainChecksum(gre));
    expect(problem(ipPacket(ends, GRE, gre))).toBeUndefined();
  });

  it.each([
    ['TCP 10.0.1.2:59196 > 10.0.2.100:80 [S] 0 bytes', SYN],
    ['UDP 10.0.1.2:38919 > 10.0.2.100:5300 32 bytes', DATAGRAM],
    ['IPIP 10.0.2.1 > 10.0.3.13: TCP 10.0.1.2:59196 > 10.0.2.100:80 [S] 0 bytes', TUNNELLED],
    ['ARP request: who has 10.0.1.1, tell 10.0.1.2', ARP_QUESTION],
    ['ARP reply: 10.0.1.1 is at 02:00:0a:00:01:01', ARP_ANSWER],
    ['ICMP 10.0.2.100 > 10.0.1.2 fragmentation needed, MTU 1480', FRAGMENTATION_NEEDED],
    ['the packet says 60 bytes, here are 56', SYN.subarray(0, 70)],
    ['10 bytes, not IPv4', SYN.subarray(0, 10)],
  ])('says in one line what it is: %s', (line, frame) => {
    expect(summaryOf(decoded(frame))).toBe(line);
  });
});
