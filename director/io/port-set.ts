/** The machine's interfaces as the director uses them: a ring to receive from and an outbox to send to, for each. */
import type { Port } from '../network/snapshot.ts';
import type { Arena } from './arena.ts';
import { Outbox } from './outbox.ts';
import { PacketRing } from './packet-ring.ts';

export interface OpenPort {
  readonly port: Port;
  readonly ring: PacketRing;
  readonly outbox: Outbox;
}

export class PortSet {
  readonly #arena: Arena;
  readonly #open = new Map<number, OpenPort>();
  /** The same, for the packet path: iterated without making an iterator. */
  list: readonly OpenPort[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Opens ports that are new and closes those that are gone or have another MTU. */
  update(ports: readonly Port[]): void {
    for (const { port, ring, outbox } of this.list) {
      const now = ports.find((candidate) => candidate.index === port.index);
      if (now !== undefined && now.mtuBytes === port.mtuBytes) continue;
      outbox.close();
      ring.close();
      this.#open.delete(port.index);
    }
    for (const port of ports) {
      if (this.#open.has(port.index)) continue;
      const ring = new PacketRing(this.#arena, port.index, port.mtuBytes);
      this.#open.set(port.index, { port, ring, outbox: new Outbox(this.#arena, ring.fd, port.mtuBytes) });
    }
    this.list = [...this.#open.values()];
  }

  outbox(index: number): Outbox | undefined {
    return this.#open.get(index)?.outbox;
  }

  flush(): void {
    for (const { outbox } of this.list) outbox.flush();
  }

  close(): void {
    this.update([]);
  }
}
