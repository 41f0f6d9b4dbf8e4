/** ARP packets for IPv4 over Ethernet (RFC 826). */
import { BROADCAST_MAC, ipBytes, ipText, macBytes, macText } from './address.ts';
import { FrameError, get16, join, needBytes, u16 } from './bytes.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ethernetFrame } from './ethernet.ts';

export interface ArpFields {
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
}

const ETHERNET = 1;
const PACKET_BYTES = 28;
const OPERATIONS: Readonly<Record<number, ArpFields['operation']>> = { 1: 'request', 2: 'reply' };
const UNKNOWN_MAC = '00:00:00:00:00:00';

export function arpPacket({ operation, senderMac, senderIp, targetMac, targetIp }: ArpFields): Uint8Array {
  return join(
    u16(ETHERNET, ETHERTYPE_IPV4, 0x0604, operation === 'request' ? 1 : 2),
    macBytes(senderMac),
    ipBytes(senderIp),
    macBytes(targetMac),
    ipBytes(targetIp),
  );
}

/** @throws FrameError if it is no request or reply for IPv4 over Ethernet. */
export function readArp(packet: Uint8Array): ArpFields {
  needBytes('an ARP packet', packet, PACKET_BYTES);
  const operation = OPERATIONS[get16(packet, 6)];
  if (get16(packet, 0) !== ETHERNET || get16(packet, 2) !== ETHERTYPE_IPV4 || operation === undefined) {
    throw new FrameError('not an ARP request or reply for IPv4 over Ethernet');
  }
  return {
    operation,
    senderMac: macText(packet, 8),
    senderIp: ipText(packet, 14),
    targetMac: macText(packet, 18),
    targetIp: ipText(packet, 24),
  };
}

/** The frame that asks everybody on a link who has an address. */
export function arpQuestion(senderMac: string, senderIp: string, targetIp: string): Uint8Array {
  return ethernetFrame({
    source: senderMac,
    destination: BROADCAST_MAC,
    etherType: ETHERTYPE_ARP,
    payload: arpPacket({ operation: 'request', senderMac, senderIp, targetMac: UNKNOWN_MAC, targetIp }),
  });
}

/** The frame that answers a question with `mac`. */
export function arpAnswer({ senderMac, senderIp, targetIp }: ArpFields, mac: string): Uint8Array {
  return ethernetFrame({
    source: mac,
    destination: senderMac,
    etherType: ETHERTYPE_ARP,
    payload: arpPacket({
      operation: 'reply',
      senderMac: mac,
      senderIp: targetIp,
      targetMac: senderMac,
      targetIp: senderIp,
    }),
  });
}
