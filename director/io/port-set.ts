/**
 * The machine's interfaces as the director uses them: for each an outbox to send to, a ring to receive from, and a second
 * ring for handshakes, so that a flood of those leaves no frame of an established connection without a place.
 */
import type { Share } from '../../native/packet-filter.ts';
import { setMark } from '../../native/sockets.ts';
import type { Port } from '../network/snapshot.ts';
import type { Arena } from './arena.ts';
import { DIRECTOR_MARK } from './egress-rules.ts';
import type { InheritedRings } from './inherited-rings.ts';
import { Outbox } from './outbox.ts';
import { PacketRing, type RingSize, ringSize } from './packet-ring.ts';

/** Memory for all rings together, of which each has its share. Rings that are open keep theirs when more come. */
const RINGS_BYTES = 128 << 20;
const MAX_RING_BYTES = 16 << 20;
/** Rings of handshakes are so much smaller: what waits longer there is sent again by then. */
const HANDSHAKES_FRACTION = 8;
/** A SYN is short; the few that carry data beyond a slot wait in the socket's queue. */
const HANDSHAKE_MTU_BYTES = 1500;

export interface OpenPort {
  readonly port: Port;
  readonly ring: PacketRing;
  /** TCP segments with SYN, which `ring` does not get. */
  readonly handshakes: PacketRing;
  readonly outbox: Outbox;
}

export class PortSet {
  readonly #arena: Arena;
  readonly #inherited: InheritedRings;
  #isListening: boolean;
  readonly #open = new Map<number, OpenPort>();
  /** The same, for the packet path: iterated without making an iterator. */
  list: readonly OpenPort[] = [];

  /**
   * @param inherited Sockets that are used where they fit.
   * @param isListening Whether its ports receive at once, or only after `listen`.
   */
  constructor(arena: Arena, inherited: InheritedRings, isListening: boolean) {
    this.#arena = arena;
    this.#inherited = inherited;
    this.#isListening = isListening;
  }

  /** All ports receive from now on, those that come later too. */
  listen(): void {
    this.#isListening = true;
    for (const { ring, handshakes } of this.list) {
      ring.listen();
      handshakes.listen();
    }
  }

  /** Opens ports that are new, and closes those that are gone or whose frames ask for other slots now. */
  update(ports: readonly Port[]): void {
    const share = Math.min(MAX_RING_BYTES, RINGS_BYTES / Math.max(1, ports.length));
    const wanted = new Map(ports.map((port) => [port.index, port]));
    for (const { port, ring, handshakes, outbox } of this.list) {
      const now = wanted.get(port.index);
      const isAsBefore = now !== undefined && now.linkHeaderBytes === port.linkHeaderBytes;
      if (isAsBefore && ringSize(now.mtuBytes, share).slotBytes === ring.size.slotBytes) {
        this.#open.set(port.index, { port: now, ring, handshakes, outbox });
        continue;
      }
      outbox.close();
      ring.close();
      handshakes.close();
      this.#open.delete(port.index);
    }
    for (const port of ports) {
      if (this.#open.has(port.index)) continue;
      const ring = this.#ring(port, 'all but handshakes', ringSize(port.mtuBytes, share));
      const size = ringSize(HANDSHAKE_MTU_BYTES, share / HANDSHAKES_FRACTION);
      const handshakes = this.#ring(port, 'handshakes', size);
      setMark(ring.fd, DIRECTOR_MARK);
      const bareInterfaceIndex = port.linkHeaderBytes === 0 ? port.index : undefined;
      this.#open.set(port.index, {
        port,
        ring,
        handshakes,
        outbox: new Outbox(this.#arena, ring.fd, bareInterfaceIndex),
      });
    }
    this.list = [...this.#open.values()];
  }

  outbox(index: number): Outbox | undefined {
    return this.#open.get(index)?.outbox;
  }

  flush(): void {
    for (const { outbox } of this.list) outbox.flush();
  }

  /** @param isKept Whether sockets go on to be of use where another process has them open. */
  close(isKept: boolean): void {
    for (const { ring, handshakes, outbox } of this.list) {
      outbox.close();
      ring.close(isKept);
      handshakes.close(isKept);
    }
    this.#open.clear();
    this.list = [];
  }

  #ring({ index, linkHeaderBytes }: Port, share: Share, size: RingSize): PacketRing {
    const source = { interfaceIndex: index, linkHeaderBytes, share, isListening: this.#isListening };
    return new PacketRing(this.#arena, source, size, this.#inherited.take(source, size));
  }
}
