/** Speaks ARP (RFC 826) on the director's ports: asks for stations and hears what they answer. */
import type { Packet } from '../packet.ts';
import { type Ipv4Address, isUnicast, UNSPECIFIED } from '../wire/addresses.ts';
import {
  ARP_BYTES,
  ARP_REQUEST,
  arpOperation,
  arpSenderIp,
  arpSenderMacAt,
  arpTargetIp,
  isArpIpv4,
  writeArp,
} from '../wire/arp.ts';
import { ETHERNET_HEADER_BYTES, ETHERTYPE, writeEthernet } from '../wire/ethernet.ts';
import type { Neighbour } from './neighbour.ts';
import type { NeighbourTable } from './neighbours.ts';
import type { FrameSink } from './sender.ts';
import type { Port } from './snapshot.ts';

const BROADCAST_MAC = new Uint8Array(6).fill(0xff);
const UNKNOWN_MAC = new Uint8Array(6);

const frame = new Uint8Array(ETHERNET_HEADER_BYTES + ARP_BYTES);

/**
 * Asks who has the neighbour's address: the station itself if `station` is given, else everybody.
 * @param source This machine's address towards the neighbour, if it has one.
 */
export function askForMac(
  sink: FrameSink,
  { port, address }: Neighbour,
  source: Ipv4Address | undefined,
  station: Uint8Array | undefined,
): void {
  writeEthernet(frame, 0, station ?? BROADCAST_MAC, port.mac, ETHERTYPE.arp);
  writeArp(frame, ETHERNET_HEADER_BYTES, {
    operation: ARP_REQUEST,
    senderMac: port.mac,
    senderIp: source ?? UNSPECIFIED,
    targetMac: UNKNOWN_MAC,
    targetIp: address,
  });
  sink.send(port.index, frame, 0, frame.length);
}

/**
 * Takes in what the sender of an ARP frame says of itself, be it a question or an answer.
 * @param isOwn Whether an address is one of this machine's.
 */
export function learnFromArp(
  neighbours: NeighbourTable,
  { bytes, frame: start, length }: Packet,
  port: Port,
  isOwn: (address: Ipv4Address) => boolean,
  nowMs: number,
): void {
  const arp = start + ETHERNET_HEADER_BYTES;
  if (!isArpIpv4(bytes, arp, length - ETHERNET_HEADER_BYTES)) return;
  const sender = arpSenderIp(bytes, arp);
  if (!isUnicast(sender) || isOwn(sender)) return;
  const asksThis = arpOperation(bytes, arp) === ARP_REQUEST && isOwn(arpTargetIp(bytes, arp));
  if (asksThis) neighbours.meet(port, sender, bytes, arpSenderMacAt(arp), nowMs);
  else neighbours.learn(port.index, sender, bytes, arpSenderMacAt(arp), nowMs);
}
