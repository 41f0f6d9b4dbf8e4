/** Frames as tcpdump recorded them between Linux hosts: not made by the code that is tested with them. */
import { Buffer } from 'node:buffer';
import { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { IpLayer } from '../../../lab/captures/ip-layer.ts';

function frame(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
}

/** 10.0.1.2:59196 > 10.0.2.100:80, SYN, sequence 810121276. */
export const SYN = frame(`
  02000a000101 02000a000102 0800
  4500003ca232400040068124 0a000102 0a000264
  e73c0050 3049783c00000000 a002faf0 4c010000 020405b40402080ab371a621000000000103030a`);

/** 10.0.1.2:38919 > 10.0.2.100:5300, 24 bytes. */
export const DATAGRAM = frame(`
  02000a000101 02000a000102 0800
  45000034d13a400040115219 0a000102 0a000264
  980714b400204ca9 7365656420312066 6c6f7720 30206461746167 72616d2030`);

/** The SYN, one hop on, inside 10.0.2.1 > 10.0.3.13. */
export const TUNNELLED = frame(`
  02000a0002fe 02000a000201 0800
  4500005000004000 3e04239d 0a000201 0a00030d
  4500003ca2324000 3e068324 0a000102 0a000264
  e73c0050 3049783c00000000 a002faf0 4c010000 020405b40402080ab371a621000000000103030a`);

/** Who has 10.0.1.1, tell 10.0.1.2. */
export const ARP_QUESTION = frame(`
  ffffffffffff 02000a000102 0806
  0001080006040001 02000a000102 0a000102 000000000000 0a000101`);

/** 10.0.1.1 is at 02:00:0a:00:01:01. */
export const ARP_ANSWER = frame(`
  02000a000102 02000a000101 0806
  0001080006040002 02000a000101 0a000101 02000a000102 0a000102`);

/** 10.0.2.100 > 10.0.1.2: fragmentation needed, MTU 1480; quotes the SYN's header and ports. */
export const FRAGMENTATION_NEEDED = frame(`
  02000a0002fe 02000a000201 0800
  45c00038e897 00004001 7a08 0a000264 0a000102
  0304 6721 000005c8
  4500003ca232400040068124 0a000102 0a000264 e73c0050 3049783c`);

export function decoded(bytes: Uint8Array): DecodedPacket {
  return new DecodedPacket({ host: 'client', interface: 'eth0', file: 'client-eth0.pcap' }, 1, 1, bytes);
}

export function ipLayer(bytes: Uint8Array): IpLayer {
  const ip = IpLayer.at(bytes, 14);
  if (typeof ip === 'string') throw new Error(ip);
  return ip;
}
