/** How long a director's start is waited for: not as long again where the last one was in vain. */
import { NotReadyError } from '../../lab/index.ts';

/** A busy machine may take long. */
const USUAL_MS = 30_000;
/** Each network of a run would wait as long otherwise. */
const AFTER_HANGING_MS = 5_000;

export class Patience {
  #limitMs = USUAL_MS;

  /** @param start Given how long it may wait. It throws NotReadyError if that was in vain. */
  async with<Started>(start: (limitMs: number) => Promise<Started>): Promise<Started> {
    try {
      const started = await start(this.#limitMs);
      this.#limitMs = USUAL_MS;
      return started;
    } catch (error) {
      if (error instanceof NotReadyError) this.#limitMs = AFTER_HANGING_MS;
      throw error;
    }
  }
}
