/**
 * Puts fragmented datagrams together again (RFC 791 §3.2, RFC 815), with the kernel's manners: overlapping fragments end
 * the whole datagram (RFC 5722), one that never becomes complete is given up after a while, and memory is bounded. Where it
 * is used up, the oldest gives way, and first of all what one sender alone has too much of, so that a flood of fragments
 * that belong to nothing does not keep others' datagrams out. (The kernel takes in no new ones then.)
 */
import { MAX_PACKET_BYTES, OWN_IP_AT, Packet, packetWithRoom } from '../packet.ts';
import {
  ipDestination,
  ipDontFragment,
  ipFragmentOffset,
  ipId,
  ipMoreFragments,
  ipSource,
  ipTos,
  setIpFragment,
  setIpTos,
  setIpTotalBytes,
  writeIpChecksum,
} from '../wire/ipv4.ts';
import { FragmentRuns } from './fragment-runs.ts';

/** net.ipv4.ipfrag_time */
export const FRAGMENT_TIMEOUT_MS = 30_000;
/** net.ipv4.ipfrag_high_thresh */
export const MAX_HELD_BYTES = 4 << 20;
/** Of that, what one source address may have. */
export const MAX_HELD_BYTES_OF_SOURCE = MAX_HELD_BYTES / 8;
/** What holding a fragment costs besides its bytes. */
const FRAGMENT_OVERHEAD_BYTES = 256;

const ECN_MASK = 0x03;
const ECN_CONGESTION = 0x03;
const SAW_NOT_ECN_CAPABLE = 1 << 0;
const SAW_CONGESTION = 1 << ECN_CONGESTION;

interface Piece {
  readonly start: number;
  readonly payload: Uint8Array;
}

/** What one source address has waiting. */
class Sender {
  /** Keys of its datagrams, oldest first. */
  readonly keys = new Set<string>();
  heldBytes = 0;
}

class Datagram {
  readonly runs = new FragmentRuns();
  readonly pieces: Piece[] = [];
  readonly source: number;
  readonly port: number;
  readonly expiresAtMs: number;
  /** Link's and IP header of the first fragment, and how much of that is the link's. */
  header: Uint8Array | undefined;
  linkHeaderBytes = 0;
  /** Payload bytes of the whole, as far as is known. */
  payloadBytes = 0;
  lastIsIn = false;
  largestBytes = 0;
  largestDontFragmentBytes = 0;
  heldBytes = 0;
  /** Bit n: a fragment had n in its ECN field. */
  ecnSeen = 0;

  constructor({ source, port }: Packet, expiresAtMs: number) {
    this.source = source;
    this.port = port;
    this.expiresAtMs = expiresAtMs;
  }

  get complete(): boolean {
    return this.header !== undefined && this.lastIsIn && this.runs.bytes === this.payloadBytes;
  }
}

export class Reassembly {
  /** Oldest first. */
  readonly #datagrams = new Map<string, Datagram>();
  readonly #senders = new Map<number, Sender>();
  readonly #whole = packetWithRoom().bytes;
  /** The first fragment of what is given up. */
  readonly #first = new Packet();
  #heldBytes = 0;

  /**
   * Takes in a fragment, which is copied. True if its datagram is complete: `packet` is the whole datagram then, in a
   * buffer that the next one overwrites.
   */
  add(packet: Packet, nowMs: number, timeoutMs: number = FRAGMENT_TIMEOUT_MS): boolean {
    const key = keyOf(packet);
    const cost = packet.l4Bytes + FRAGMENT_OVERHEAD_BYTES;
    this.#makeRoom(packet.source, cost);
    const datagram = this.#datagrams.get(key) ?? this.#begin(key, packet, nowMs + timeoutMs);
    const fit = takeIn(datagram, packet);
    if (fit === 'corrupt') this.#forget(key, datagram);
    if (fit !== 'added') return false;
    datagram.heldBytes += cost;
    (this.#senders.get(datagram.source) as Sender).heldBytes += cost;
    this.#heldBytes += cost;
    if (!datagram.complete) return false;
    this.#forget(key, datagram);
    return this.#build(packet, datagram);
  }

  /**
   * Gives up what has waited too long. Calls `gaveUp` with the first fragment where that is known: its sender is to be
   * told (RFC 792).
   */
  expire(nowMs: number, gaveUp: (first: Packet) => void): void {
    for (const [key, datagram] of this.#datagrams) {
      if (nowMs < datagram.expiresAtMs) return;
      this.#forget(key, datagram);
      const first = datagram.pieces.find(({ start }) => start === 0);
      if (first === undefined) continue;
      this.#write(datagram, [first], this.#first);
      gaveUp(this.#first);
    }
  }

  #begin(key: string, packet: Packet, expiresAtMs: number): Datagram {
    const datagram = new Datagram(packet, expiresAtMs);
    const sender = this.#senders.get(packet.source) ?? new Sender();
    this.#senders.set(packet.source, sender);
    sender.keys.add(key);
    this.#datagrams.set(key, datagram);
    return datagram;
  }

  #makeRoom(source: number, cost: number): void {
    for (;;) {
      const sender = this.#senders.get(source);
      const isGreedy = sender !== undefined && sender.heldBytes + cost > MAX_HELD_BYTES_OF_SOURCE;
      if (!isGreedy && this.#heldBytes + cost <= MAX_HELD_BYTES) return;
      const [oldest] = isGreedy ? sender.keys : this.#datagrams.keys();
      if (oldest === undefined) return;
      this.#forget(oldest, this.#datagrams.get(oldest) as Datagram);
    }
  }

  #forget(key: string, datagram: Datagram): void {
    this.#datagrams.delete(key);
    this.#heldBytes -= datagram.heldBytes;
    const sender = this.#senders.get(datagram.source) as Sender;
    sender.keys.delete(key);
    sender.heldBytes -= datagram.heldBytes;
    if (sender.keys.size === 0) this.#senders.delete(datagram.source);
  }

  #build(packet: Packet, datagram: Datagram): boolean {
    const header = (datagram.header as Uint8Array).length - datagram.linkHeaderBytes;
    const totalBytes = header + datagram.payloadBytes;
    const { ecnSeen } = datagram;
    const ecnIsMixed = (ecnSeen & SAW_NOT_ECN_CAPABLE) !== 0 && ecnSeen !== SAW_NOT_ECN_CAPABLE;
    if (totalBytes > MAX_PACKET_BYTES || ecnIsMixed) return false;
    this.#write(datagram, datagram.pieces, packet);
    const { ip } = packet;
    const keepDontFragment = datagram.largestDontFragmentBytes === datagram.largestBytes;
    setIpTotalBytes(this.#whole, ip, totalBytes);
    setIpFragment(this.#whole, ip, 0, false, keepDontFragment);
    if (ecnSeen & SAW_CONGESTION) setIpTos(this.#whole, ip, ipTos(this.#whole, ip) | ECN_CONGESTION);
    writeIpChecksum(this.#whole, ip);
    packet.length = datagram.linkHeaderBytes + totalBytes;
    packet.parseIp(ip);
    packet.largestFragmentBytes = datagram.largestBytes;
    packet.fragmentsKeepDontFragment = keepDontFragment;
    return true;
  }

  /** Writes the first fragment's headers and these pieces in their places, and points `packet` there. */
  #write(datagram: Datagram, pieces: readonly Piece[], packet: Packet): void {
    const header = datagram.header as Uint8Array;
    const frame = OWN_IP_AT - datagram.linkHeaderBytes;
    const l4 = frame + header.length;
    this.#whole.set(header, frame);
    let end = l4;
    for (const { start, payload } of pieces) {
      this.#whole.set(payload, l4 + start);
      end = Math.max(end, l4 + start + payload.length);
    }
    packet.set(this.#whole, frame, end - frame, datagram.port);
    packet.parseIp(OWN_IP_AT);
  }
}

function takeIn(datagram: Datagram, packet: Packet): 'added' | 'ignored' | 'corrupt' {
  const { bytes, ip, l4 } = packet;
  const start = ipFragmentOffset(bytes, ip);
  const isLast = !ipMoreFragments(bytes, ip);
  // All but the last hold a multiple of eight bytes; what is more does not count.
  const length = isLast ? packet.l4Bytes : packet.l4Bytes & ~7;
  const end = start + length;
  const { payloadBytes, lastIsIn } = datagram;
  const contradictsEnd = isLast
    ? end < payloadBytes || (lastIsIn && end !== payloadBytes)
    : lastIsIn && end > payloadBytes;
  if (contradictsEnd || length === 0 || end > MAX_PACKET_BYTES) return 'corrupt';
  const fit = datagram.runs.add(start, end);
  if (fit === 'overlap') return 'corrupt';
  if (fit === 'duplicate') return 'ignored';
  datagram.lastIsIn ||= isLast;
  datagram.payloadBytes = Math.max(payloadBytes, end);
  datagram.pieces.push({ start, payload: bytes.slice(l4, l4 + length) });
  datagram.ecnSeen |= 1 << (ipTos(bytes, ip) & ECN_MASK);
  const fragmentBytes = l4 - ip + length;
  datagram.largestBytes = Math.max(datagram.largestBytes, fragmentBytes);
  if (ipDontFragment(bytes, ip)) {
    datagram.largestDontFragmentBytes = Math.max(datagram.largestDontFragmentBytes, fragmentBytes);
  }
  if (start === 0) {
    datagram.header = bytes.slice(packet.frame, l4);
    datagram.linkHeaderBytes = ip - packet.frame;
  }
  return 'added';
}

/** RFC 791: source, destination, protocol and identification tell which datagram a fragment belongs to. */
function keyOf({ bytes, ip, protocol }: Packet): string {
  return `${ipSource(bytes, ip)} ${ipDestination(bytes, ip)} ${protocol} ${ipId(bytes, ip)}`;
}
