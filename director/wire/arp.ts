/** ARP for IPv4 over Ethernet (RFC 826). */
import type { Ipv4Address } from './addresses.ts';
import { readI32, readU16, write32, writeU16 } from './bytes.ts';

export const ARP_BYTES = 28;
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

const HARDWARE_ETHERNET = 1;
const PROTOCOL_IPV4 = 0x0800;
const OPERATION = 6;
const SENDER_MAC = 8;
const SENDER_IP = 14;
const TARGET_MAC = 18;
const TARGET_IP = 24;

/** True if these bytes are an ARP packet for IPv4 over Ethernet. */
export function isArpIpv4(bytes: Uint8Array, at: number, length: number): boolean {
  return (
    length >= ARP_BYTES &&
    readU16(bytes, at) === HARDWARE_ETHERNET &&
    readU16(bytes, at + 2) === PROTOCOL_IPV4 &&
    bytes[at + 4] === 6 &&
    bytes[at + 5] === 4
  );
}

export function arpOperation(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + OPERATION);
}

export function arpSenderIp(bytes: Uint8Array, at: number): Ipv4Address {
  return readI32(bytes, at + SENDER_IP) as Ipv4Address;
}

export function arpTargetIp(bytes: Uint8Array, at: number): Ipv4Address {
  return readI32(bytes, at + TARGET_IP) as Ipv4Address;
}

/** Offset of the sender's MAC address. */
export function arpSenderMacAt(at: number): number {
  return at + SENDER_MAC;
}

export interface ArpFields {
  readonly operation: number;
  readonly senderMac: Uint8Array;
  readonly senderIp: Ipv4Address;
  /** All zero in a request. */
  readonly targetMac: Uint8Array;
  readonly targetIp: Ipv4Address;
}

export function writeArp(bytes: Uint8Array, at: number, fields: ArpFields): void {
  writeU16(bytes, at, HARDWARE_ETHERNET);
  writeU16(bytes, at + 2, PROTOCOL_IPV4);
  bytes[at + 4] = 6;
  bytes[at + 5] = 4;
  writeU16(bytes, at + OPERATION, fields.operation);
  bytes.set(fields.senderMac, at + SENDER_MAC);
  write32(bytes, at + SENDER_IP, fields.senderIp);
  bytes.set(fields.targetMac, at + TARGET_MAC);
  write32(bytes, at + TARGET_IP, fields.targetIp);
}
