/** The words in which checks of packet cases are written. */
import { describe, expect, it } from 'vitest';
import { DecodedPacket } from '../../../../lab/captures/decoded-packet.ts';
import { ipFrame, SYN, tcpPacket, udpPacket } from '../../../../lab/frames/index.ts';
import {
  expectCount,
  expectFields,
  expectNothing,
  expectPackets,
  expectValues,
  fieldOf,
  outcome,
} from '../../../../scenarios/kit/expecting/expect.ts';

const ENDS = { source: '10.0.1.2', destination: '10.0.2.100' };
const [CLIENT_MAC, DIRECTOR_MAC] = ['02:00:0a:00:01:02', '02:00:0a:00:02:01'];

function udp(sourcePort: number, id = 1): Uint8Array {
  return udpPacket({ ...ENDS, id }, { sourcePort, destinationPort: 53 });
}

function seen(...packets: readonly Uint8Array[]): DecodedPacket[] {
  const place = { host: 'director', interface: 'eth0', file: '/run/director-eth0.pcap' };
  return packets.map(
    (packet, i) => new DecodedPacket(place, i + 1, i, ipFrame(CLIENT_MAC, DIRECTOR_MAC, packet)),
  );
}

const what = { what: 'the request' };

describe('packets expected', () => {
  it('are found', () => {
    expect(expectPackets(seen(udp(1), udp(2)), [udp(1), udp(2)], what)).toEqual([]);
  });

  it('are compared field by field with those seen', () => {
    expect(expectPackets(seen(udp(1), udp(9)), [udp(1), udp(2)], what)).toMatchObject([
      {
        message: 'This is not the request as it should be.',
        fields: [{ field: 'source port', expected: '2', seen: '9' }, { field: 'UDP checksum' }],
        packet: { host: 'director', interface: 'eth0', frame: 2, time: 1 },
        command: expect.stringContaining('/run/director-eth0.pcap'),
      },
    ]);
  });

  it('may be missing, and those after them are still found', () => {
    expect(expectPackets(seen(udp(2)), [udp(1), udp(2)], what)).toMatchObject([
      {
        message: 'Missing: the request: UDP 10.0.1.2:1 > 10.0.2.100:53 8 bytes.',
        fields: expect.arrayContaining([{ field: 'source port', expected: '1', seen: 'no packet' }]),
      },
    ]);
  });

  it('may be too many', () => {
    expect(expectPackets(seen(udp(1), udp(1)), [udp(1)], what)).toMatchObject([
      { message: 'One packet too many: the request.', packet: { frame: 2 } },
    ]);
  });

  it('come in order, unless any order will do', () => {
    const swapped = seen(udp(1, 2), udp(1, 1));
    expect(expectPackets(swapped, [udp(1, 1), udp(1, 2)], what)).toMatchObject([
      { message: 'the request: this packet came out of order.', packet: { frame: 1 } },
    ]);
    expect(expectPackets(swapped, [udp(1, 1), udp(1, 2)], { ...what, anyOrder: true })).toEqual([]);
    // Flows owe no order to each other.
    expect(expectPackets(seen(udp(2), udp(1)), [udp(1), udp(2)], what)).toEqual([]);
  });

  it('may differ in what is to be ignored', () => {
    const options = { ...what, ignore: ['IP identification'] };
    expect(expectPackets(seen(udp(1, 77)), [udp(1)], options)).toEqual([]);
    expect(expectPackets(seen(udp(2, 77)), [udp(1)], options)[0]!.fields.map(({ field }) => field)).toEqual([
      'source port',
      'UDP checksum',
    ]);
  });

  it('may be broken ones', () => {
    const broken = udp(1).fill(0, 10, 12);
    expect(expectPackets(seen(broken), [udp(1)], what)).toMatchObject([
      { fields: [{ field: 'IP header checksum', seen: '0x0000' }] },
    ]);
    expect(expectPackets(seen(broken), [broken], what)).toEqual([]);
  });
});

describe('other expectations', () => {
  const [packet] = seen(tcpPacket({ ...ENDS, ttl: 63 }, { sourcePort: 1, destinationPort: 80, flags: SYN }));

  it('hold fields of a packet by name', () => {
    expect(fieldOf(packet!, 'TCP flags')).toBe('SYN');
    expect(fieldOf(packet!, 'UDP length')).toBeUndefined();
    const right = { 'IP TTL': 63, 'IP total length': 40, 'source MAC': CLIENT_MAC, 'TCP flags': 'SYN' };
    expect(expectFields(packet, 'It is wrong.', right)).toEqual([]);
    expect(expectFields(packet, 'It is wrong.', { 'IP TTL': 64, 'UDP length': 8 })).toMatchObject([
      {
        message: 'It is wrong.',
        fields: [
          { field: 'IP TTL', expected: '64', seen: '63' },
          { field: 'UDP length', expected: '8', seen: 'no such field' },
        ],
        packet: { frame: 1 },
      },
    ]);
    expect(expectFields(undefined, 'It is wrong.', { 'IP TTL': 64 })).toEqual([
      {
        message: 'It is wrong. There is no such packet.',
        fields: [{ field: 'IP TTL', expected: '64', seen: 'no packet' }],
      },
    ]);
  });

  it('count packets', () => {
    expect(expectCount([packet!], 1, 'SYNs')).toEqual([]);
    expect(expectCount([], 0, 'SYNs')).toEqual([]);
    expect(expectCount([packet!], 2, 'SYNs')).toMatchObject([
      { fields: [{ expected: '2', seen: '1' }], packet: { frame: 1 } },
    ]);
    expect(expectNothing([packet!], 'It leaked.')).toMatchObject([{ message: 'It leaked.' }]);
  });

  it('hold values that are no packets', () => {
    expect(expectValues('Wrong.', { state: ['ESTABLISHED', 'ESTABLISHED'], count: [1, 1] })).toEqual([]);
    expect(expectValues('Wrong.', { state: ['NONE', 'ESTABLISHED'], count: [1, undefined] })).toEqual([
      {
        message: 'Wrong.',
        fields: [
          { field: 'state', expected: 'NONE', seen: 'ESTABLISHED' },
          { field: 'count', expected: '1', seen: 'nothing' },
        ],
      },
    ]);
  });

  it('are put together', () => {
    expect(outcome(2, 'two packets', [], expectNothing([packet!], 'No.'))).toMatchObject({
      examined: 2,
      evidence: 'two packets',
      findings: [{ message: 'No.' }],
    });
  });
});
