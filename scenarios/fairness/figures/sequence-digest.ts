/** One text that stands for a whole sequence of decisions: the same sequence, the same text. */
import { createHash } from 'node:crypto';

const CHUNK = 32_768;
const DIGITS = 16;

export class SequenceDigest {
  readonly #hash = createHash('sha256');
  readonly #chunk = new Int16Array(CHUNK);
  #filled = 0;

  /** @param server Its index, or a negative number for none. */
  add(server: number): void {
    this.#chunk[this.#filled++] = server;
    if (this.#filled === CHUNK) this.#flush();
  }

  /** The first digits of the SHA-256 of all indexes as 16-bit integers. Nothing can be added afterwards. */
  toString(): string {
    this.#flush();
    return this.#hash.digest('hex').slice(0, DIGITS);
  }

  #flush(): void {
    this.#hash.update(new Uint8Array(this.#chunk.buffer, 0, this.#filled * 2));
    this.#filled = 0;
  }
}

export function digestOf(decisions: ArrayLike<number>): string {
  const digest = new SequenceDigest();
  for (let i = 0; i < decisions.length; i++) digest.add(decisions[i] as number);
  return digest.toString();
}
