/** The last steps of every packet that leaves: fragmentation where it is too large, and the Ethernet header. */
import type { NextHop } from '../network/routes.ts';
import type { Packet } from '../packet.ts';
import type { DirectorState } from '../state.ts';
import { type FrameVerdict, VERDICT } from '../verdict.ts';
import { ETHERNET_HEADER_BYTES, ETHERTYPE, writeEthernet } from '../wire/ethernet.ts';
import { sendFragments } from './fragment.ts';

/** MAC address of a station that is not known yet; filled in when it answers. */
const UNKNOWN_MAC = new Uint8Array(6);

/** Sends the packet in place towards `way`. The verdict says whether the caller still has a frame to transmit. */
export function sendVia(state: DirectorState, packet: Packet, way: NextHop, nowMs: number): FrameVerdict {
  if (packet.totalBytes > way.mtuBytes || packet.largestFragmentBytes > 0) {
    return sendInFragments(state, packet, way, nowMs);
  }
  packet.frame = packet.ip - ETHERNET_HEADER_BYTES;
  packet.length = ETHERNET_HEADER_BYTES + packet.totalBytes;
  packet.port = way.port.index;
  if (state.neighbours.usable(way.neighbour, nowMs)) {
    writeEthernet(packet.bytes, packet.frame, way.neighbour.mac, way.port.mac, ETHERTYPE.ipv4);
    return VERDICT.transmit;
  }
  writeEthernet(packet.bytes, packet.frame, UNKNOWN_MAC, way.port.mac, ETHERTYPE.ipv4);
  state.neighbours.wait(way.neighbour, packet.bytes, packet.frame, packet.length);
  return VERDICT.taken;
}

/** Sends a packet of the director's own to where its destination address leads. */
export function sendPacket(state: DirectorState, packet: Packet, nowMs: number): void {
  const way = state.routes.lookup(packet.destination);
  if (way === null) state.countDrop('no route for a packet of the director itself');
  else if (sendVia(state, packet, way, nowMs) === VERDICT.transmit) transmit(state, packet);
}

/** What came in pieces leaves in pieces no larger than those were, even where the link would carry more. */
function sendInFragments(state: DirectorState, packet: Packet, way: NextHop, nowMs: number): FrameVerdict {
  const camePieceBytes = packet.largestFragmentBytes || way.mtuBytes;
  sendFragments(packet, Math.min(camePieceBytes, way.mtuBytes), (fragment) => {
    if (sendVia(state, fragment, way, nowMs) === VERDICT.transmit) transmit(state, fragment);
  });
  return VERDICT.taken;
}

function transmit(state: DirectorState, packet: Packet): void {
  state.sink.send(packet.port, packet.bytes, packet.frame, packet.length);
}
