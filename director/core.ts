/**
 * The packet path of a director: frames and time in, frames out. It has no clock, no sockets and no randomness of its
 * own, so the same code runs in a unit test, in memory at millions of packets, and behind packet sockets.
 *
 * The order of things follows the kernel's IPVS: a packet for this machine is a request or nothing; a packet that is
 * being forwarded is a reply or nothing.
 */

import { ClaimLedger } from './claim-ledger.ts';
import { EntryDropper } from './connections/entry-dropper.ts';
import { connectionOfReply, connectionOfRequest } from './connections/lookup.ts';
import { Estimation } from './counting.ts';
import { IcmpRelay } from './forwarding/icmp-relay.ts';
import { RequestForwarder } from './forwarding/request.ts';
import { TimeoutErrors } from './forwarding/timeout-errors.ts';
import { IcmpErrors } from './icmp/errors.ts';
import { IcmpLimits } from './icmp/limits.ts';
import { TunnelErrors } from './icmp/tunnel-errors.ts';
import { IncomingHandler } from './incoming.ts';
import { askForMac, learnFromArp } from './network/arp.ts';
import { NEIGHBOUR_LIMITS } from './network/neighbour-limits.ts';
import { NeighbourTable } from './network/neighbours.ts';
import { Reassembly } from './network/reassembly.ts';
import { Routes } from './network/routes.ts';
import type { NetworkSnapshot } from './network/snapshot.ts';
import { OutgoingHandler } from './outgoing.ts';
import type { Packet } from './packet.ts';
import { type DirectorOptions, DirectorState } from './state.ts';
import { type FrameVerdict, VERDICT } from './verdict.ts';
import { isUnicast } from './wire/addresses.ts';
import {
  destinationMacAt,
  ETHERNET_HEADER_BYTES,
  ETHERTYPE,
  etherType,
  isAddressedTo,
} from './wire/ethernet.ts';
import { IPV4_MIN_HEADER_BYTES, ipIsFragment, ipv4Problem, writeIpChecksum } from './wire/ipv4.ts';
import { hasIpOptions, ipOptionsProblem, stampIpOptions } from './wire/ipv4-options.ts';

export class Core {
  readonly state: DirectorState;
  readonly #incoming: IncomingHandler;
  readonly #outgoing: OutgoingHandler;
  readonly #undelivered: TimeoutErrors;
  readonly #estimation: Estimation;
  readonly #entryDropper: EntryDropper;
  readonly #reassembly = new Reassembly();
  readonly #ledger: ClaimLedger;
  readonly #tellIncomplete = (first: Packet): void => this.#undelivered.incomplete(first, this.#nowMs);
  #nowMs = 0;

  constructor(options: DirectorOptions) {
    const neighbours = new NeighbourTable({
      known: (port, address) => options.knownNeighbour?.(port.index, address),
      full: () => this.state.countDrop('the neighbour table is full'),
      changed: (neighbour) => this.state.shortcut?.neighbourChanged(neighbour),
      ask: (neighbour, station) => {
        const source = routes.sourceTowards(neighbour.port, neighbour.address);
        askForMac(options.sink, neighbour, source, station);
      },
      release: ({ port, mac }, { bytes, length }) => {
        bytes.set(mac, destinationMacAt(0));
        options.sink.send(port.index, bytes, 0, length);
      },
      unreachable: (_neighbour, frame) => this.#undelivered.unreachable(frame, this.#nowMs),
    });
    const routes = new Routes(options.routeSource);
    const state = new DirectorState(options, neighbours, routes);
    this.state = state;
    const { services, marks, localClients, claims } = state;
    this.#ledger = new ClaimLedger({ services, marks, localClients, isLocal: routes.isOwn }, claims);
    this.#estimation = new Estimation(state);
    this.#entryDropper = new EntryDropper(state.connections, state.defences, state.random);
    const errors = new IcmpErrors(state, new IcmpLimits(options.icmpRateLimitMs));
    const forwarder = new RequestForwarder(state, errors);
    const tunnelErrors = new TunnelErrors(state, errors);
    const relay = new IcmpRelay(state, tunnelErrors, forwarder);
    this.#outgoing = new OutgoingHandler(state, errors, relay);
    this.#incoming = new IncomingHandler(state, forwarder, errors, relay, this.#outgoing);
    this.#undelivered = new TimeoutErrors(state, errors, relay, tunnelErrors);
  }

  /** Takes over what has changed about ports, addresses and routes. */
  setNetwork(snapshot: NetworkSnapshot): void {
    this.state.routes.replace(snapshot);
    this.state.neighbours.follow((index) => this.state.routes.port(index));
    this.state.neighbours.limits = snapshot.neighbourLimits ?? NEIGHBOUR_LIMITS;
    // Which servers are on this machine follows from its addresses.
    this.#ledger.restart();
  }

  /** To be called after rules have changed, before packets are received again. */
  rulesChanged(): void {
    this.#ledger.follow();
  }

  /**
   * Looks at one frame, which `packet.set` has pointed at, and rewrites it in place.
   * @param nowMs Time on a clock that never goes back; any origin.
   */
  receive(packet: Packet, nowMs: number): FrameVerdict {
    this.#nowMs = nowMs;
    const { bytes, frame, length } = packet;
    const port = this.state.routes.port(packet.port);
    if (port === undefined || length < port.linkHeaderBytes) return VERDICT.pass;
    if (port.linkHeaderBytes > 0) {
      const type = etherType(bytes, frame);
      if (type === ETHERTYPE.arp) {
        learnFromArp(this.state.neighbours, packet, port, this.state.routes.isOwn, nowMs);
        return VERDICT.pass;
      }
      if (type !== ETHERTYPE.ipv4 || !isAddressedTo(bytes, frame, port.mac)) return VERDICT.pass;
    }
    if (this.state.services.size === 0 && this.state.claims.empty) return VERDICT.pass;
    const ip = frame + port.linkHeaderBytes;
    if (ipv4Problem(bytes, ip, length - port.linkHeaderBytes) !== undefined) return VERDICT.pass;
    packet.parseIp(ip);
    const { routes, claims } = this.state;
    // Source validation: the stack drops as a martian what claims to come from this machine's own addresses.
    if (routes.isLocal(packet.source) || !isUnicast(packet.source)) return VERDICT.pass;
    const toLocal = routes.isLocal(packet.destination) || this.state.marks.takesIn(packet);
    if (ipIsFragment(bytes, ip)) {
      return claims.covers(packet, toLocal) ? this.#collect(packet, toLocal, nowMs) : VERDICT.pass;
    }
    if (toLocal && this.#comesAgain(packet)) return VERDICT.pass;
    const verdict = this.#judge(packet, toLocal, nowMs);
    return verdict === VERDICT.pass && claims.covers(packet, toLocal) ? VERDICT.deliver : verdict;
  }

  /**
   * Whether the stack's copy of a frame is dropped because the frame is the director's. Only its headers need be there.
   * Points `packet` at the IP header.
   */
  claims(packet: Packet): boolean {
    return this.#parseIfAddressed(packet) && this.#covers(packet);
  }

  /** Whether a frame, of which only the headers need be there, may be of a connection or open one. As `claims`. */
  concerns(packet: Packet): boolean {
    if (!this.#parseIfAddressed(packet)) return false;
    const { table } = this.state.connections;
    if (connectionOfRequest(table, packet) >= 0 || connectionOfReply(table, packet) >= 0) return true;
    return this.#covers(packet);
  }

  /** Whether netfilter may mark the stack's copy, which then comes by `receiveMarked`: also where a connection is known. */
  #comesAgain(packet: Packet): boolean {
    const { claims, marks } = this.state;
    return claims.marks.size > 0 && marks.of(packet) === 0 && !claims.covers(packet, true);
  }

  /** False for what is no IPv4 packet to this machine. */
  #parseIfAddressed(packet: Packet): boolean {
    const { bytes, frame } = packet;
    const port = this.state.routes.port(packet.port);
    if (port === undefined) return false;
    if (port.linkHeaderBytes > 0) {
      if (etherType(bytes, frame) !== ETHERTYPE.ipv4 || !isAddressedTo(bytes, frame, port.mac)) return false;
    }
    packet.parseIp(frame + port.linkHeaderBytes);
    return true;
  }

  #covers(packet: Packet): boolean {
    const toLocal = this.state.routes.isLocal(packet.destination) || this.state.marks.takesIn(packet);
    return this.state.claims.covers(packet, toLocal);
  }

  /**
   * Looks at one frame that this machine's own stack was about to send, to a virtual service or from a real server here,
   * and rewrites it in place. `pass` is no verdict on it: what the director does not want goes on its way.
   */
  receiveOwnOutput(packet: Packet, nowMs: number): FrameVerdict {
    if (!this.#parseFromStack(packet, nowMs)) return VERDICT.drop;
    packet.isOwnOutput = true;
    if (!this.#isComplete(packet, nowMs)) return VERDICT.taken;
    const reply = this.#outgoing.ofLocalServer(packet, nowMs);
    if (reply !== VERDICT.pass) return reply;
    const client = packet.source;
    const request = this.#incoming.handle(packet, nowMs);
    if (request === VERDICT.pass) return this.#outgoing.leave(packet, nowMs);
    if (!this.state.localClients.has(client)) {
      this.state.localClients.add(client);
      this.rulesChanged();
    }
    return request;
  }

  /**
   * Looks at one frame that netfilter has given `packet.mark`, on its way into this machine's own stack, and rewrites it in
   * place. What the director does not want is to be delivered there.
   */
  receiveMarked(packet: Packet, nowMs: number): FrameVerdict {
    if (!this.#parseFromStack(packet, nowMs)) return VERDICT.drop;
    if (!this.#isComplete(packet, nowMs)) return VERDICT.taken;
    const verdict = this.#judge(packet, true, nowMs);
    return verdict === VERDICT.pass ? VERDICT.deliver : verdict;
  }

  /** Does what is due by time alone. To be called at least every 100 ms of `nowMs`. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.state.connections.expire(nowMs);
    this.state.defences.tick(nowMs);
    this.#entryDropper.tick(nowMs);
    this.state.connections.table.releaseIdle();
    this.state.neighbours.tick(nowMs);
    this.#estimation.tick(nowMs);
    this.state.routes.tick(nowMs);
    this.#reassembly.expire(nowMs, this.#tellIncomplete);
    const haveGone = this.state.services.purgeParked(nowMs);
    if (haveGone || !this.#ledger.isComplete) this.rulesChanged();
  }

  /** Fragments are judged as the datagram that they make up. */
  #collect(fragment: Packet, toLocal: boolean, nowMs: number): FrameVerdict {
    if (!toLocal) {
      const refusal = this.#outgoing.judgeFragment(fragment, nowMs);
      if (refusal !== undefined) return refusal;
    }
    if (!this.#isComplete(fragment, nowMs)) return VERDICT.taken;
    const verdict = this.#judge(fragment, toLocal, nowMs);
    return verdict === VERDICT.pass ? VERDICT.deliver : verdict;
  }

  /** Points at the IP packet in a frame from the stack, where the link header means nothing. False if there is none. */
  #parseFromStack(packet: Packet, nowMs: number): boolean {
    this.#nowMs = nowMs;
    const { bytes, frame, length } = packet;
    if (length < ETHERNET_HEADER_BYTES || etherType(bytes, frame) !== ETHERTYPE.ipv4) return false;
    const ip = frame + ETHERNET_HEADER_BYTES;
    if (ipv4Problem(bytes, ip, length - ETHERNET_HEADER_BYTES) !== undefined) return false;
    packet.parseIp(ip);
    return true;
  }

  /** Keeps a fragment. True for what is no fragment, and once the datagram has been put together. */
  #isComplete(packet: Packet, nowMs: number): boolean {
    if (!ipIsFragment(packet.bytes, packet.ip)) return true;
    return this.#reassembly.add(packet, nowMs, this.state.routes.snapshot.fragmentTimeoutMs);
  }

  #judge(packet: Packet, toLocal: boolean, nowMs: number): FrameVerdict {
    if (hasIpOptions(packet.bytes, packet.ip)) return this.#judgeWithOptions(packet, toLocal, nowMs);
    return toLocal ? this.#incoming.handle(packet, nowMs) : this.#outgoing.handle(packet, nowMs);
  }

  /** A router writes itself into some options. The stack does so too, so what is left to it goes back unwritten. */
  #judgeWithOptions(packet: Packet, toLocal: boolean, nowMs: number): FrameVerdict {
    const { bytes, ip, l4 } = packet;
    // The stack says what is wrong with them.
    if (ipOptionsProblem(bytes, ip) !== undefined) return VERDICT.pass;
    if (!toLocal) return this.#outgoing.handle(packet, nowMs);
    const options = bytes.slice(ip + IPV4_MIN_HEADER_BYTES, l4);
    stampIpOptions(bytes, ip, packet.destination, this.state.routes.isOwn, this.state.wallClockMs());
    const verdict = this.#incoming.handle(packet, nowMs);
    if (verdict === VERDICT.pass || verdict === VERDICT.deliver) {
      bytes.set(options, ip + IPV4_MIN_HEADER_BYTES);
      writeIpChecksum(bytes, ip);
    }
    return verdict;
  }
}
