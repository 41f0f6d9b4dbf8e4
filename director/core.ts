/**
 * The packet path of a director: frames and time in, frames out. It has no clock, no sockets and no randomness of its
 * own, so the same code runs in a unit test, in memory at millions of packets, and behind packet sockets.
 *
 * The order of things follows the kernel's IPVS: a packet for this machine is a request or nothing; a packet that is
 * being forwarded is a reply or nothing.
 */

import { claimsOf } from './claims.ts';
import { RequestForwarder } from './forwarding/request.ts';
import { sendPacket } from './forwarding/send.ts';
import { HOST_UNREACHABLE, IcmpErrors, REASSEMBLY_TIME_EXCEEDED } from './icmp/errors.ts';
import { IcmpLimits } from './icmp/limits.ts';
import { IcmpRelay } from './icmp/relay.ts';
import { IncomingHandler } from './incoming.ts';
import { type Neighbour, NeighbourTable, type WaitingFrame } from './network/neighbours.ts';
import { Reassembly } from './network/reassembly.ts';
import { Routes, sourceTowards } from './network/routes.ts';
import type { NetworkSnapshot } from './network/snapshot.ts';
import { OutgoingHandler } from './outgoing.ts';
import { Packet } from './packet.ts';
import { type DirectorOptions, DirectorState } from './state.ts';
import { VERDICT, type Verdict } from './verdict.ts';
import { isUnicast, UNSPECIFIED } from './wire/addresses.ts';
import { ARP_BYTES, ARP_REQUEST, arpSenderIp, arpSenderMacAt, isArpIpv4, writeArp } from './wire/arp.ts';
import {
  ETHERNET_HEADER_BYTES,
  ETHERTYPE,
  etherType,
  isAddressedTo,
  writeEthernet,
} from './wire/ethernet.ts';
import {
  decrementTtl,
  IPV4_MIN_HEADER_BYTES,
  ipIsFragment,
  ipv4Problem,
  writeIpChecksum,
} from './wire/ipv4.ts';
import { hasIpOptions, ipOptionsProblem, stampIpOptions } from './wire/ipv4-options.ts';

const BROADCAST_MAC = new Uint8Array(6).fill(0xff);
const UNKNOWN_MAC = new Uint8Array(6);

export class Core {
  readonly state: DirectorState;
  readonly #incoming: IncomingHandler;
  readonly #outgoing: OutgoingHandler;
  readonly #errors: IcmpErrors;
  readonly #relay: IcmpRelay;
  readonly #arpFrame = new Uint8Array(ETHERNET_HEADER_BYTES + ARP_BYTES);
  /** A frame that waited for an address in vain, while its sender is told. */
  readonly #undelivered = new Packet();
  readonly #reassembly = new Reassembly();
  #nowMs = 0;

  constructor(options: DirectorOptions) {
    const neighbours = new NeighbourTable({
      ask: (neighbour, station) => this.#askForMac(neighbour, station),
      release: (neighbour, frame) => this.#release(neighbour, frame),
      unreachable: (_neighbour, frame) => this.#tellUnreachable(frame),
    });
    const state = new DirectorState(options, neighbours, new Routes(neighbours));
    this.state = state;
    this.#errors = new IcmpErrors(state, new IcmpLimits(options.icmpRateLimitMs));
    const forwarder = new RequestForwarder(state, this.#errors);
    this.#relay = new IcmpRelay(state, this.#errors, forwarder);
    this.#incoming = new IncomingHandler(state, forwarder, this.#errors, this.#relay);
    this.#outgoing = new OutgoingHandler(state, this.#errors, this.#relay);
  }

  /** Takes over what has changed about ports, addresses and routes. */
  setNetwork(snapshot: NetworkSnapshot): void {
    this.state.routes.replace(snapshot);
  }

  /** To be called after rules have changed, before packets are received again. */
  rulesChanged(): void {
    this.state.claims = claimsOf(this.state.services, this.state.marks);
  }

  /**
   * Looks at one frame, which `packet.set` has pointed at, and rewrites it in place.
   * @param nowMs Time on a clock that never goes back; any origin.
   */
  receive(packet: Packet, nowMs: number): Verdict {
    this.#nowMs = nowMs;
    const { bytes, frame, length } = packet;
    const port = this.state.routes.port(packet.port);
    if (port === undefined || length < ETHERNET_HEADER_BYTES) return VERDICT.pass;
    const type = etherType(bytes, frame);
    if (type === ETHERTYPE.arp) {
      this.#learn(packet, nowMs);
      return VERDICT.pass;
    }
    if (type !== ETHERTYPE.ipv4 || !isAddressedTo(bytes, frame, port.mac)) return VERDICT.pass;
    if (this.state.services.size === 0) return VERDICT.pass;
    const ip = frame + ETHERNET_HEADER_BYTES;
    if (ipv4Problem(bytes, ip, length - ETHERNET_HEADER_BYTES) !== undefined) return VERDICT.pass;
    packet.parseIp(ip);
    const { routes, claims } = this.state;
    // Source validation: the stack drops as a martian what claims to come from this machine's own addresses.
    if (routes.isLocal(packet.source) || !isUnicast(packet.source)) return VERDICT.pass;
    const toLocal = routes.isLocal(packet.destination) || this.state.marks.takesIn(packet);
    if (ipIsFragment(bytes, ip)) {
      return claims.covers(packet, toLocal) ? this.#collect(packet, toLocal, nowMs) : VERDICT.pass;
    }
    const verdict = this.#judge(packet, toLocal, nowMs);
    return verdict === VERDICT.pass && claims.covers(packet, toLocal) ? VERDICT.deliver : verdict;
  }

  /** Does what is due by time alone. To be called at least every 100 ms of `nowMs`. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.state.connections.expire(nowMs);
    this.state.neighbours.tick(nowMs);
    this.state.routes.tick(nowMs);
    this.#reassembly.expire(nowMs, this.#undelivered, this.#tellIncomplete);
    if (this.state.services.purgeParked(nowMs)) this.rulesChanged();
  }

  /** Fragments are judged as the datagram that they make up. */
  #collect(fragment: Packet, toLocal: boolean, nowMs: number): Verdict {
    if (!toLocal) {
      const obstacle = this.#outgoing.judgeFragment(fragment, nowMs);
      if (obstacle !== undefined) return obstacle;
    }
    const { fragmentTimeoutMs } = this.state.routes.snapshot;
    if (!this.#reassembly.add(fragment, nowMs, fragmentTimeoutMs)) return VERDICT.taken;
    const verdict = this.#judge(fragment, toLocal, nowMs);
    return verdict === VERDICT.pass ? VERDICT.deliver : verdict;
  }

  #judge(packet: Packet, toLocal: boolean, nowMs: number): Verdict {
    if (hasIpOptions(packet.bytes, packet.ip)) return this.#judgeWithOptions(packet, toLocal, nowMs);
    return toLocal ? this.#incoming.handle(packet, nowMs) : this.#outgoing.handle(packet, nowMs);
  }

  /** A router writes itself into some options. The stack does so too, so what is left to it goes back unwritten. */
  #judgeWithOptions(packet: Packet, toLocal: boolean, nowMs: number): Verdict {
    const { bytes, ip, l4 } = packet;
    // The stack says what is wrong with them.
    if (ipOptionsProblem(bytes, ip) !== undefined) return VERDICT.pass;
    if (!toLocal) return this.#outgoing.handle(packet, nowMs);
    const options = bytes.slice(ip + IPV4_MIN_HEADER_BYTES, l4);
    stampIpOptions(bytes, ip, packet.destination, this.state.routes.isOwn, nowMs);
    const verdict = this.#incoming.handle(packet, nowMs);
    if (verdict === VERDICT.pass || verdict === VERDICT.deliver) {
      bytes.set(options, ip + IPV4_MIN_HEADER_BYTES);
      writeIpChecksum(bytes, ip);
    }
    return verdict;
  }

  #learn(packet: Packet, nowMs: number): void {
    const arp = packet.frame + ETHERNET_HEADER_BYTES;
    if (!isArpIpv4(packet.bytes, arp, packet.length - ETHERNET_HEADER_BYTES)) return;
    const sender = arpSenderIp(packet.bytes, arp);
    this.state.neighbours.learn(packet.port, sender, packet.bytes, arpSenderMacAt(arp), nowMs);
  }

  #askForMac(neighbour: Neighbour, station: Uint8Array | undefined): void {
    const { port, address } = neighbour;
    const frame = this.#arpFrame;
    writeEthernet(frame, 0, station ?? BROADCAST_MAC, port.mac, ETHERTYPE.arp);
    writeArp(frame, ETHERNET_HEADER_BYTES, {
      operation: ARP_REQUEST,
      senderMac: port.mac,
      senderIp: sourceTowards(port, address) ?? UNSPECIFIED,
      targetMac: UNKNOWN_MAC,
      targetIp: address,
    });
    this.state.sink.send(port.index, frame, 0, frame.length);
  }

  #release(neighbour: Neighbour, frame: WaitingFrame): void {
    frame.bytes.set(neighbour.mac, 0);
    this.state.sink.send(neighbour.port.index, frame.bytes, 0, frame.length);
  }

  /** Nobody has the address that a packet was for: its sender gets "host unreachable". */
  #tellUnreachable(waited: WaitingFrame): void {
    this.state.countDrop('nobody answers ARP for the next hop');
    const packet = this.#undelivered;
    packet.set(waited.bytes, 0, waited.length, 0);
    packet.parseIp(ETHERNET_HEADER_BYTES);
    if (this.state.routes.isLocal(packet.source)) {
      this.#relay.tunnelFailed(packet, this.#nowMs);
      return;
    }
    const message = this.#errors.build(packet, HOST_UNREACHABLE, undefined, this.#nowMs);
    if (message === undefined) return;
    this.#relay.towardsClient(message);
    sendPacket(this.state, message, this.#nowMs);
  }

  /** The rest of a datagram never came: the sender of its first fragment is told. */
  readonly #tellIncomplete = (first: Packet): void => {
    this.state.countDrop('fragments did not become a datagram in time');
    const isLocal = this.state.routes.isLocal(first.destination);
    if (!isLocal) decrementTtl(first.bytes, first.ip);
    this.#errors.answer(
      first,
      REASSEMBLY_TIME_EXCEEDED,
      isLocal ? first.destination : undefined,
      this.#nowMs,
    );
  };
}
