import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../../director/wire/addresses.ts';
import { summaryOf } from '../../../harness/captures/summary.ts';
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
    expect(decoded(changed(SYN, { 22: 63 })).ipProblem).toBe('IPv4: header checksum is wrong');
    expect(decoded(SYN.subarray(0, 70)).ipProblem).toMatch(/total length 60 is more than the 56 bytes/);
    expect(decoded(changed(SYN, { 14: 0x65 })).ipProblem).toMatch(/version field says 6/);
    expect(decoded(changed(SYN, { 14: 0x44 })).ipProblem).toMatch(/header length field says 16 bytes/);
    expect(decoded(SYN.subarray(0, 20)).ipProblem).toMatch(/6 bytes, the header needs 20/);
  });

  it('says what is wrong with the header inside a tunnel packet', () => {
    const packet = decoded(changed(TUNNELLED, { 42: 9 }));
    expect(packet.ip).toBeDefined();
    expect(packet.inner).toBeUndefined();
    expect(packet.ipProblem).toBe('inside the outer header: IPv4: header checksum is wrong');
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

  it.each([
    ['TCP 10.0.1.2:59196 > 10.0.2.100:80 [S] 0 bytes', SYN],
    ['UDP 10.0.1.2:38919 > 10.0.2.100:5300 32 bytes', DATAGRAM],
    ['IPIP 10.0.2.1 > 10.0.3.13: TCP 10.0.1.2:59196 > 10.0.2.100:80 [S] 0 bytes', TUNNELLED],
    ['ARP request: who has 10.0.1.1, tell 10.0.1.2', ARP_QUESTION],
    ['ARP reply: 10.0.1.1 is at 02:00:0a:00:01:01', ARP_ANSWER],
    ['ICMP 10.0.2.100 > 10.0.1.2 type 3 code 4', FRAGMENTATION_NEEDED],
    ['IPv4: total length 60 is more than the 56 bytes available', SYN.subarray(0, 70)],
    ['10 bytes, not IPv4', SYN.subarray(0, 10)],
  ])('says in one line what it is: %s', (line, frame) => {
    expect(summaryOf(decoded(frame))).toBe(line);
  });
});
