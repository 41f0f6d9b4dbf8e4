/** Numbers that plans are made of: random to look at, and the same for the same seed. */
import { seededRandom } from '../../director/index.ts';

export class RandomNumbers {
  readonly #next: () => number;

  /** @param purpose Keeps the numbers of one purpose apart from those of another with the same seed. */
  constructor(seed: number, purpose: string) {
    let mixed = seed | 0;
    for (const character of purpose)
      mixed = (Math.imul(mixed, 31) + (character.codePointAt(0) as number)) | 0;
    this.#next = seededRandom(mixed);
  }

  /** From 0 up to 1, 1 left out. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /**
   * Bounded Pareto: many small values and a few very large ones, as service times and sizes are in real traffic.
   * @param shape The smaller, the heavier the tail.
   */
  pareto(least: number, most: number, shape: number): number {
    const ratio = (least / most) ** shape;
    return least / (1 - this.fraction() * (1 - ratio)) ** (1 / shape);
  }
}
