import { chiSquaredTail } from './chi-squared.ts';

/**
 * Whether random decisions follow the probabilities that the rule gives each of them. Unlike χ² on totals it is not
 * misled by a scheduler that looks at the load: one that is pushed off its rule here and there makes up for it later, so
 * totals come out right, but each push counts here.
 *
 * For each server zᵢ = Σ (hit − pᵢ(k)) / √(Σ pᵢ(k) (1 − pᵢ(k))) over all decisions k: given what came before, each hit has
 * mean pᵢ(k), so zᵢ is close to normal (a martingale's central limit). p is the probability of the largest z² among
 * n servers, bounded by n times that of one.
 */
export class Calibration {
  readonly #excess: Float64Array;
  readonly #variance: Float64Array;

  constructor(servers: number) {
    this.#excess = new Float64Array(servers);
    this.#variance = new Float64Array(servers);
  }

  /** @param chosen Index of the server that was chosen. @param probabilities Of each server for this decision. */
  see(chosen: number, probabilities: ArrayLike<number>): void {
    for (let i = 0; i < this.#excess.length; i++) {
      const p = probabilities[i] as number;
      this.#excess[i] = (this.#excess[i] as number) + (i === chosen ? 1 - p : -p);
      this.#variance[i] = (this.#variance[i] as number) + p * (1 - p);
    }
  }

  /** The largest |z|. Infinite where a server was chosen that could not have been. */
  get worst(): number {
    return Math.max(
      ...Array.from(this.#excess, (excess, i) => {
        const variance = this.#variance[i] as number;
        if (variance > 0) return Math.abs(excess) / Math.sqrt(variance);
        return Math.abs(excess) > 1e-9 ? Number.POSITIVE_INFINITY : 0;
      }),
    );
  }

  /** Probability of a z at least as large where every decision follows its probabilities. */
  get p(): number {
    return Math.min(1, this.#excess.length * chiSquaredTail(this.worst ** 2, 1));
  }
}
