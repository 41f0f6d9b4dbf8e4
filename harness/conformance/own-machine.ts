/** Programs on a running director's own machine, as a case sees them: it sends at once, and finds what came once all is quiet. */
import type { StageDirector } from '../../scenarios/kit/stage.ts';
import type { OwnPrograms } from '../directors/director-under-test.ts';

export class OwnMachine implements NonNullable<StageDirector['machine']> {
  readonly inbox: Uint8Array[] = [];
  /** Rejects if they cannot be started. */
  readonly begun: Promise<OwnPrograms>;
  readonly #outbox: Uint8Array[] = [];

  constructor(begin: () => Promise<OwnPrograms>) {
    this.begun = begin();
    // Whoever sends or waits next hears of it.
    this.begun.catch(() => undefined);
  }

  send(packet: Uint8Array): void {
    this.#outbox.push(packet);
  }

  async sent(): Promise<void> {
    const programs = await this.begun;
    const packets = this.#outbox.splice(0);
    if (packets.length > 0) await programs.send(packets);
  }

  async fetch(): Promise<void> {
    const received = await (await this.begun).received();
    this.inbox.splice(0, this.inbox.length, ...received);
  }
}
