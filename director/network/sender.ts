/** The last steps of every packet that leaves: fragmentation where it is too large, and the Ethernet header. */
import type { Packet } from '../packet.ts';
import { type FrameVerdict, VERDICT } from '../verdict.ts';
import { ETHERNET_HEADER_BYTES, ETHERTYPE, writeEthernet } from '../wire/ethernet.ts';
import { sendFragments } from './fragmentation.ts';
import type { NeighbourTable } from './neighbours.ts';
import type { NextHop } from './routes.ts';

/** Takes the frames that the core sends of its own: ARP, ICMP errors, fragments, packets that waited. */
export interface FrameSink {
  /** Must copy what it wants to keep: the bytes are used again at once. */
  send(port: number, bytes: Uint8Array, frame: number, length: number): void;
}

/** Destination MAC address while the neighbour's is unknown; filled in when the neighbour answers. */
const UNKNOWN_MAC = new Uint8Array(6);

export class PacketSender {
  readonly #sink: FrameSink;
  readonly #neighbours: NeighbourTable;

  constructor(sink: FrameSink, neighbours: NeighbourTable) {
    this.#sink = sink;
    this.#neighbours = neighbours;
  }

  /** Makes a frame of the packet, in place. The verdict says whether the caller still has that frame to transmit. */
  sendVia(nextHop: NextHop, packet: Packet, nowMs: number): FrameVerdict {
    if (packet.totalBytes > nextHop.mtuBytes || packet.largestFragmentBytes > 0) {
      return this.#sendInFragments(nextHop, packet, nowMs);
    }
    packet.frame = packet.ip - ETHERNET_HEADER_BYTES;
    packet.length = ETHERNET_HEADER_BYTES + packet.totalBytes;
    packet.port = nextHop.port.index;
    if (this.#neighbours.usable(nextHop.neighbour, nowMs)) {
      writeEthernet(packet.bytes, packet.frame, nextHop.neighbour.mac, nextHop.port.mac, ETHERTYPE.ipv4);
      return VERDICT.transmit;
    }
    writeEthernet(packet.bytes, packet.frame, UNKNOWN_MAC, nextHop.port.mac, ETHERTYPE.ipv4);
    this.#neighbours.wait(nextHop.neighbour, packet.bytes, packet.frame, packet.length);
    return VERDICT.taken;
  }

  /** As `sendVia`, and transmits the frame too: for packets that the director makes itself. */
  transmitVia(nextHop: NextHop, packet: Packet, nowMs: number): void {
    if (this.sendVia(nextHop, packet, nowMs) === VERDICT.transmit) {
      this.#sink.send(packet.port, packet.bytes, packet.frame, packet.length);
    }
  }

  /** A packet that came in fragments leaves in fragments no larger than those, even where the link would carry more. */
  #sendInFragments(nextHop: NextHop, packet: Packet, nowMs: number): FrameVerdict {
    const receivedFragmentBytes = packet.largestFragmentBytes || nextHop.mtuBytes;
    sendFragments(packet, Math.min(receivedFragmentBytes, nextHop.mtuBytes), (fragment) =>
      this.transmitVia(nextHop, fragment, nowMs),
    );
    return VERDICT.taken;
  }
}
