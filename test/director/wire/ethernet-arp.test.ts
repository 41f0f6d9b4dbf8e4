import { describe, expect, test } from 'vitest';
import { formatMac, ipv4, mac } from '../../../director/wire/addresses.ts';
import {
  ARP_BYTES,
  ARP_REPLY,
  arpOperation,
  arpSenderIp,
  arpSenderMacAt,
  arpTargetIp,
  isArpIpv4,
  writeArp,
} from '../../../director/wire/arp.ts';
import {
  destinationMacAt,
  ETHERTYPE,
  etherType,
  isAddressedTo,
  sourceMacAt,
  writeEthernet,
} from '../../../director/wire/ethernet.ts';
import { fromHex, hex } from '../../../lab/frames/index.ts';

const STATION = mac('02:00:00:00:00:01');
const OTHER = mac('02:00:00:00:00:02');
const ETHERNET = fromHex('020000000001 020000000002 0806');
/** 10.0.0.2 at …:02 tells 10.0.0.1 at …:01. */
const ARP = fromHex('0001 0800 06 04 0002 020000000002 0a000002 020000000001 0a000001');

describe('an Ethernet header', () => {
  test('is read', () => {
    expect(etherType(ETHERNET, 0)).toBe(ETHERTYPE.arp);
    expect(formatMac(ETHERNET, destinationMacAt(0))).toBe('02:00:00:00:00:01');
    expect(formatMac(ETHERNET, sourceMacAt(0))).toBe('02:00:00:00:00:02');
    expect(isAddressedTo(ETHERNET, 0, STATION)).toBe(true);
    expect(isAddressedTo(ETHERNET, 0, OTHER)).toBe(false);
  });

  test('is written into stale bytes without one of them left', () => {
    const bytes = new Uint8Array(14).fill(0xa5);
    writeEthernet(bytes, 0, STATION, OTHER, ETHERTYPE.arp);
    expect(hex(bytes)).toBe(hex(ETHERNET));
  });
});

describe('an ARP packet', () => {
  test('is read', () => {
    expect(isArpIpv4(ARP, 0, ARP.length)).toBe(true);
    expect(arpOperation(ARP, 0)).toBe(ARP_REPLY);
    expect(arpSenderIp(ARP, 0)).toBe(ipv4('10.0.0.2'));
    expect(formatMac(ARP, arpSenderMacAt(0))).toBe('02:00:00:00:00:02');
    expect(arpTargetIp(ARP, 0)).toBe(ipv4('10.0.0.1'));
  });

  test('is written into stale bytes without one of them left', () => {
    const bytes = new Uint8Array(ARP_BYTES).fill(0xa5);
    writeArp(bytes, 0, {
      operation: ARP_REPLY,
      senderMac: OTHER,
      senderIp: ipv4('10.0.0.2'),
      targetMac: STATION,
      targetIp: ipv4('10.0.0.1'),
    });
    expect(hex(bytes)).toBe(hex(ARP));
  });

  test.each([
    [0, 'another link'],
    [2, 'another protocol'],
    [4, 'another MAC length'],
    [5, 'another address length'],
  ])('is none for IPv4 over Ethernet with byte %i changed: %s', (at) => {
    const bytes = ARP.slice();
    bytes[at]! ^= 1;
    expect(isArpIpv4(bytes, 0, bytes.length)).toBe(false);
  });

  test('is none if it is cut', () => {
    expect(isArpIpv4(ARP, 0, ARP_BYTES - 1)).toBe(false);
  });
});

test.each(['02:00:00:00:00', '0200.0000.0001', '02:00:00:00:00:0g', ''])('"%s" is no MAC address', (text) => {
  expect(() => mac(text)).toThrow('expected a MAC address');
});
