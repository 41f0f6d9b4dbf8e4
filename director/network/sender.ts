/** The last steps of every packet that leaves: cutting it where it is too large, and the link's header. */
import type { Packet } from '../packet.ts';
import { type FrameVerdict, VERDICT } from '../verdict.ts';
import { ETHERTYPE, writeEthernet } from '../wire/ethernet.ts';
import { sendFragments } from './fragmentation.ts';
import type { Neighbour } from './neighbour.ts';
import type { NeighbourTable } from './neighbours.ts';
import type { NextHop } from './next-hop.ts';
import { completeChecksum } from './pending-checksum.ts';
import { sendSegments } from './segmentation.ts';

/** Takes the frames that the core sends of its own, complete as they are: ARP, ICMP errors, pieces, packets that waited. */
export interface FrameSink {
  /** Must copy what it wants to keep: the bytes are used again at once. */
  send(port: number, bytes: Uint8Array, frame: number, length: number): void;
}

export class PacketSender {
  readonly #sink: FrameSink;
  readonly #neighbours: NeighbourTable;

  constructor(sink: FrameSink, neighbours: NeighbourTable) {
    this.#sink = sink;
    this.#neighbours = neighbours;
  }

  /** Makes a frame of the packet, in place. The verdict says whether the caller still has that frame to transmit. */
  sendVia(nextHop: NextHop, packet: Packet, nowMs: number): FrameVerdict {
    const { port } = nextHop;
    if (packet.wireBytes > nextHop.mtuBytes || packet.largestFragmentBytes > 0) {
      return this.#sendInPieces(nextHop, packet, nowMs);
    }
    packet.port = port.index;
    packet.frame = packet.ip - port.linkHeaderBytes;
    packet.length = port.linkHeaderBytes + packet.totalBytes;
    if (port.linkHeaderBytes === 0) return VERDICT.transmit;
    const neighbour = this.#neighbourOf(nextHop, nowMs);
    if (neighbour === undefined) return VERDICT.drop;
    if (this.#neighbours.usable(neighbour, nowMs)) {
      writeEthernet(packet.bytes, packet.frame, neighbour.mac, port.mac, ETHERTYPE.ipv4);
      return VERDICT.transmit;
    }
    // What waits is a frame as it goes on the wire.
    if (packet.segmentBytes > 0) return this.#sendInPieces(nextHop, packet, nowMs);
    if (packet.checksumPending) completeChecksum(packet);
    // The destination is filled in when the neighbour answers.
    writeEthernet(packet.bytes, packet.frame, neighbour.mac, port.mac, ETHERTYPE.ipv4);
    this.#neighbours.wait(neighbour, packet.bytes, packet.frame, packet.length);
    return VERDICT.taken;
  }

  /** As `sendVia`, and transmits the frame too: for packets that the director makes itself. */
  transmitVia(nextHop: NextHop, packet: Packet, nowMs: number): void {
    if (this.sendVia(nextHop, packet, nowMs) === VERDICT.transmit) {
      this.#sink.send(packet.port, packet.bytes, packet.frame, packet.length);
    }
  }

  /** Undefined where the neighbour table is full, which has counted the packet then. */
  #neighbourOf(nextHop: NextHop, nowMs: number): Neighbour | undefined {
    if (nextHop.neighbour?.isListed !== true) {
      nextHop.neighbour = this.#neighbours.get(nextHop.port, nextHop.address, nowMs);
    }
    return nextHop.neighbour;
  }

  /** A packet that came in fragments leaves in fragments no larger than those, even where the link would carry more. */
  #sendInPieces(nextHop: NextHop, packet: Packet, nowMs: number): FrameVerdict {
    const send = (piece: Packet) => this.transmitVia(nextHop, piece, nowMs);
    if (packet.segmentBytes > 0) {
      sendSegments(packet, send);
      return VERDICT.taken;
    }
    if (packet.checksumPending) completeChecksum(packet);
    const receivedFragmentBytes = packet.largestFragmentBytes || nextHop.mtuBytes;
    sendFragments(packet, Math.min(receivedFragmentBytes, nextHop.mtuBytes), send);
    return VERDICT.taken;
  }
}
