/**
 * Takes frames out of the rings, has the core look at each, and does what it says. Frames are worked on in batches: one
 * system call sends what a batch has made.
 */
import type { Core } from '../core.ts';
import type { Port } from '../network/snapshot.ts';
import { Packet } from '../packet.ts';
import { type FrameVerdict, VERDICT } from '../verdict.ts';
import { isLoopback } from '../wire/addresses.ts';
import { destinationMacAt, ETHERNET_HEADER_BYTES, sourceMacAt } from '../wire/ethernet.ts';
import type { Arena } from './arena.ts';
import { markOf, TAKEN, takenAs, undoCopy } from './handed-over.ts';
import { LargeFrames } from './large-frames.ts';
import { readOffload } from './offload.ts';
import { MAX_SLOTS, type PacketRing } from './packet-ring.ts';
import type { OpenPort, PortSet } from './port-set.ts';
import type { StackPort } from './stack-port.ts';
import { REASONS, UntakenFrames } from './untaken-frames.ts';

/** Frames taken from one port before the next one has its turn. */
const BATCH = 64;
/** Of handshakes fewer: a flood of them leaves most of the time to established connections. */
const HANDSHAKES_BATCH = 32;
/** Batches in which all is taken that fits in a ring. */
const MOST_BATCHES = MAX_SLOTS / BATCH;

/** Has the core look at the frame that the packet points at. */
type Receive = (nowMs: number) => FrameVerdict;

export interface FrameIntakeOptions {
  readonly arena: Arena;
  readonly ports: PortSet;
  readonly stack: StackPort;
  /** In milliseconds, on the core's clock. */
  readonly now: () => number;
  /** Told, in a sentence, what a person should know of. */
  readonly log: (text: string) => void;
  /** What has to be done between looking at frames and sending what they have made. */
  readonly beforeSending: () => void;
}

export class FrameIntake {
  readonly #options: FrameIntakeOptions;
  readonly #arena: Arena;
  readonly #ports: PortSet;
  readonly #stack: StackPort;
  readonly #largeFrames: LargeFrames;
  readonly #untaken: UntakenFrames;
  readonly #packet = new Packet();
  /** Who looks at the frames. */
  core: Core;

  constructor(core: Core, options: FrameIntakeOptions) {
    const { arena, ports, stack, log } = options;
    this.core = core;
    this.#options = options;
    this.#arena = arena;
    this.#ports = ports;
    this.#stack = stack;
    this.#largeFrames = new LargeFrames(arena);
    this.#untaken = new UntakenFrames(log);
  }

  /** Frames that could not be taken in, with the port, the reason and what may be done, as a sentence. */
  get untakenFrames(): Readonly<Record<string, number>> {
    return this.#untaken.with(this.#ports.list);
  }

  /** Works on all that has come in by now. */
  drainAll(): void {
    let rounds = MOST_BATCHES;
    while (rounds > 0 && this.drain()) rounds--;
  }

  close(): void {
    this.#largeFrames.close();
  }

  /** Works on what waits in the rings. True if there was anything. */
  drain(): boolean {
    const nowMs = this.#options.now();
    let worked = false;
    const { list } = this.#ports;
    for (let i = 0; i < list.length; i++) {
      if (this.#drainPort(list[i] as OpenPort, nowMs)) worked = true;
    }
    return this.#drainStack(nowMs) || worked;
  }

  /** In the order in which frames came in, unless handshakes come faster than they are worked on: others go first then. */
  #drainPort({ ring, handshakes, port }: OpenPort, nowMs: number): boolean {
    const overtakes = handshakes.isCrowded;
    let frames = 0;
    let opening = 0;
    while (this.#largeFrames.hasRoom) {
      const isHandshake = overtakes
        ? !ring.ready || frames === BATCH
        : handshakes.ready && !(ring.ready && ring.isBefore(handshakes));
      if (isHandshake ? opening === HANDSHAKES_BATCH || !handshakes.ready : frames === BATCH || !ring.ready) {
        break;
      }
      this.#takeNext(isHandshake ? handshakes : ring, port, this.#receive, nowMs);
      if (isHandshake) opening++;
      else frames++;
    }
    if (frames + opening === 0) return false;
    this.#sendWhatWasMade();
    ring.release();
    handshakes.release();
    return true;
  }

  /** What was taken from the machine's own stack. */
  #drainStack(nowMs: number): boolean {
    const { ring, port } = this.#stack;
    let frames = 0;
    for (; frames < BATCH && ring.ready && this.#largeFrames.hasRoom; frames++) {
      this.#takeNext(ring, port, this.#receiveFromStack, nowMs);
    }
    if (frames === 0) return false;
    this.#sendWhatWasMade();
    ring.release();
    return true;
  }

  /** Frames are sent from where they came in, so their slots may go back only after this. */
  #sendWhatWasMade(): void {
    this.#options.beforeSending();
    this.#ports.flush();
    this.#stack.outbox.flush();
    this.#largeFrames.clear();
  }

  #takeNext(ring: PacketRing, port: Port, receive: Receive, nowMs: number): void {
    this.#packet.set(this.#arena.bytes, ring.frame, ring.length, port.index);
    if (ring.isWhole) this.#take(ring, port, receive, nowMs);
    else this.#takeLarge(ring, port, receive, nowMs);
    ring.advance();
  }

  #take(ring: PacketRing, port: Port, receive: Receive, nowMs: number): void {
    if (ring.isOfVlan) return;
    if (readOffload(this.#packet, port.linkHeaderBytes)) this.#dispatch(receive(nowMs));
    else this.#leave(ring, port, REASONS.mergedInsideATunnel);
  }

  /** Of a large frame the beginning alone is in the ring. What it shows to be others' business is not fetched. */
  #takeLarge(ring: PacketRing, port: Port, receive: Receive, nowMs: number): void {
    // What the guard has redirected is the director's, whomever it is addressed to.
    const isOthers = ring !== this.#stack.ring && !this.core.concerns(this.#packet);
    if (ring.isOfVlan || isOthers) {
      this.#largeFrames.skip(ring);
      return;
    }
    const frame = this.#largeFrames.take(ring);
    if (frame < 0) {
      this.#leave(ring, port, REASONS.tooMany);
      return;
    }
    this.#packet.set(this.#arena.bytes, frame, ring.length, port.index);
    this.#take(ring, port, receive, nowMs);
  }

  /** A frame that cannot be taken in is lost if it is for the services: the stack's copy is dropped. */
  #leave(ring: PacketRing, port: Port, reason: string): void {
    this.#packet.set(this.#arena.bytes, ring.frame, ring.length, port.index);
    if (ring.isOfVlan || (ring !== this.#stack.ring && !this.core.claims(this.#packet))) return;
    this.#untaken.add(port, ring.length, reason);
  }

  readonly #receive: Receive = (nowMs) => this.core.receive(this.#packet, nowMs);

  readonly #receiveFromStack: Receive = (nowMs) => {
    const packet = this.#packet;
    const { bytes, frame } = packet;
    packet.mark = markOf(bytes, sourceMacAt(frame));
    const taken = takenAs(bytes, destinationMacAt(frame));
    if (taken === TAKEN.output) return this.core.receiveOwnOutput(packet, nowMs);
    undoCopy(bytes, frame + ETHERNET_HEADER_BYTES, taken);
    return this.core.receiveMarked(packet, nowMs);
  };

  #dispatch(verdict: FrameVerdict): void {
    const packet = this.#packet;
    if (verdict === VERDICT.transmit) this.#ports.outbox(packet.port)?.queue(packet);
    else if (verdict === VERDICT.deliver) this.#stack.deliver(packet, this.#arrivalOf(packet));
  }

  /**
   * The port where the stack is to receive a packet. None for one that the stack itself has sent, and for one that has got
   * an address which may not come from a network: replies of a service to a client here, requests to a loopback server.
   */
  #arrivalOf({ port, source, destination }: Packet): Port | undefined {
    const { routes } = this.core.state;
    const isInner = routes.isLocal(source) || isLoopback(destination);
    return isInner ? undefined : routes.port(port);
  }
}
