/** What forwards packets in a director's place, as its fast path does in the kernel: here it only says how many. */
import { countElsewhere, type DirectorState, type Shortcut, SIDE } from '../../director/index.ts';

export class PacketsPast implements Shortcut {
  readonly counted = undefined;
  readonly #state: DirectorState;
  #forwarded: (() => void)[] = [];

  constructor(state: DirectorState) {
    this.#state = state;
  }

  /** Of every server there is, so many packets with so many bytes have passed: from clients, or to them. */
  forward(to: 'servers' | 'clients', packets: number, bytes: number): void {
    const side = to === 'servers' ? SIDE.client : SIDE.server;
    this.#forwarded.push(() => {
      for (const { destinations } of this.#state.services.everything()) {
        for (const one of destinations) countElsewhere(this.#state, one, side, packets, bytes);
      }
    });
  }

  harvest(): void {
    for (const count of this.#forwarded.splice(0)) count();
  }

  lastSeenMs(): number {
    return Number.NEGATIVE_INFINITY;
  }

  offer(): void {}

  withdraw(): void {}

  neighbourChanged(): void {}
}
