import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arpAnswer,
  arpPacket,
  arpQuestion,
  BROADCAST_MAC,
  ETHERTYPE_ARP,
  ethernetFrame,
  FrameError,
  hex,
  ipNumber,
  ipText,
  macText,
  Prefix,
  readArp,
  readEthernet,
} from '../../../lab/frames/index.ts';
import { address, mac, payload, u16 } from './arbitrary.ts';

const ASKER = '02:00:0a:00:01:02';
const OWNER = '02:00:0a:00:01:01';

describe('an Ethernet frame', () => {
  test('is read as it was built', () => {
    fc.assert(
      fc.property(mac, mac, u16, payload, (source, destination, etherType, body) => {
        const fields = { source, destination, etherType, payload: body };
        expect(readEthernet(ethernetFrame(fields))).toEqual(fields);
      }),
    );
  });

  test('takes 14 bytes', () => {
    expect(() => readEthernet(new Uint8Array(13))).toThrow(FrameError);
  });
});

describe('ARP', () => {
  test('a question lies on the wire as RFC 826 says', () => {
    expect(hex(arpQuestion(ASKER, '10.0.1.2', '10.0.1.1'))).toBe(
      'ffffffffffff02000a00010208060001080006040001' + '02000a0001020a000102' + '0000000000000a000101',
    );
  });

  test('is read as it was built', () => {
    const operation = fc.constantFrom<('request' | 'reply')[]>('request', 'reply');
    const fields = fc.record({
      operation,
      senderMac: mac,
      senderIp: address,
      targetMac: mac,
      targetIp: address,
    });
    fc.assert(
      fc.property(fields, (arp) => {
        expect(readArp(arpPacket(arp))).toEqual(arp);
      }),
    );
  });

  test('an answer goes to who asked, and says what was asked for', () => {
    const question = readArp(readEthernet(arpQuestion(ASKER, '10.0.1.2', '10.0.1.1')).payload);
    const answer = readEthernet(arpAnswer(question, OWNER));
    expect(answer).toMatchObject({ source: OWNER, destination: ASKER, etherType: ETHERTYPE_ARP });
    expect(readArp(answer.payload)).toEqual({
      operation: 'reply',
      senderMac: OWNER,
      senderIp: '10.0.1.1',
      targetMac: ASKER,
      targetIp: '10.0.1.2',
    });
  });

  test('of another network is refused', () => {
    const packet = arpPacket({
      operation: 'request',
      senderMac: ASKER,
      senderIp: '10.0.1.2',
      targetMac: BROADCAST_MAC,
      targetIp: '10.0.1.1',
    });
    for (const at of [1, 2, 7]) expect(() => readArp(packet.with(at, 9))).toThrow(FrameError);
  });
});

test('addresses are text and bytes', () => {
  expect(ipNumber('255.0.0.1')).toBe(0xff000001);
  expect(ipText(Uint8Array.of(9, 255, 0, 0, 1), 1)).toBe('255.0.0.1');
  expect(macText(Uint8Array.of(2, 0, 10, 255, 1, 2), 0)).toBe('02:00:0a:ff:01:02');
});

test('a prefix holds the addresses that begin as it does', () => {
  const clients = new Prefix('198.18.0.0/15');
  expect(
    ['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'].map((one) => clients.holds(one)),
  ).toEqual([false, true, true, false]);
  expect(new Prefix('default').holds('1.2.3.4')).toBe(true);
  expect(new Prefix('10.0.1.2').holds('10.0.1.2')).toBe(true);
  expect(new Prefix('10.0.1.2').holds('10.0.1.3')).toBe(false);
});
