/** A lab that is opened again when a case has broken it: what one case does to the director must not befall the others. */

import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import type { CaseRun } from './case-run.ts';
import type { OpenPlayer, PlayerOptions } from './labs.ts';
import type { CasePlayer } from './run-cases.ts';

export class ReopeningRunner implements CasePlayer, AsyncDisposable {
  readonly #open: () => ReturnType<OpenPlayer>;
  #player: Awaited<ReturnType<OpenPlayer>> | undefined;
  /** Where a lab cannot be had at all, trying again for every case would only take long. */
  #openError: unknown;

  constructor(open: OpenPlayer, options: PlayerOptions) {
    this.#open = () => open(options);
  }

  /** @throws LabError, Untrusted where the lab cannot be had, or this case broke it. */
  async play(
    one: Pick<PacketCase, 'play'>,
    place: { readonly index: number; readonly directory: string },
  ): Promise<CaseRun> {
    this.#player ??= await this.#opened();
    try {
      return await this.#player.play(one, place);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #opened(): Promise<Awaited<ReturnType<OpenPlayer>>> {
    if (this.#openError !== undefined) throw this.#openError;
    try {
      return await this.#open();
    } catch (error) {
      this.#openError = error;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const player = this.#player;
    this.#player = undefined;
    await player?.[Symbol.asyncDispose]();
  }
}
