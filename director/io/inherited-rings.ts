/** Packet sockets of the director in whose place this one goes on: what has come in meanwhile waits in their rings. */
import { refuseFrames } from '../../native/packet-filter.ts';
import { boundInterface } from '../../native/packet-socket.ts';
import { close } from '../../native/sockets.ts';
import type { RingDescriptor } from '../handover/descriptors.ts';
import type { RingSize, RingSource } from './packet-ring.ts';

export class InheritedRings {
  readonly #rings: Set<RingDescriptor>;

  /** Their descriptors become this one's to close. */
  constructor(rings: readonly RingDescriptor[]) {
    this.#rings = new Set(rings);
  }

  /** The socket that is what this one would make, its taker's from then on; undefined if there is none. */
  take(source: RingSource, size: RingSize): number | undefined {
    for (const ring of this.#rings) {
      const isFit =
        ring.interfaceIndex === source.interfaceIndex &&
        ring.linkHeaderBytes === source.linkHeaderBytes &&
        ring.share === source.share &&
        ring.slotBytes === size.slotBytes &&
        ring.slots === size.slots;
      // The interface may have been removed, and its number be another one's now.
      if (!isFit || boundInterface(ring.fd) !== ring.interfaceIndex) continue;
      this.#rings.delete(ring);
      return ring.fd;
    }
    return undefined;
  }

  /** Lets go of those that nobody has taken. Whoever has them open too gets nothing more by them. */
  close(): void {
    for (const { fd } of this.#rings) {
      refuseFrames(fd);
      close(fd);
    }
    this.#rings.clear();
  }
}
