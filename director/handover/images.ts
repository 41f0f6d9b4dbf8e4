/** Images of a director's state in memory, two in turns: while one is written the other one holds. */
import { imageFromLines, type StateImage } from '../state-image.ts';

/** What lies where, and what images say. To be changed with either, so that no director reads what it does not know. */
const FORMAT = 0x6c76_0007;
/** Places of numbers of 32 bits. The image that holds is that of `images` modulo 2; 0 for none. */
const WORD = { format: 0, images: 1, length: 2 } as const;
/** Place of the clock's origin, as a number of 64 bits. */
const ORIGIN = 2;
const HEADER_BYTES = 4096;

/** What memory for two images takes. @param imageBytes The largest image. */
export function imagesBytes(imageBytes: number): number {
  return HEADER_BYTES + 2 * imageBytes;
}

export class Images {
  readonly #imageBytes: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #origin: Float64Array;
  readonly #encoder = new TextEncoder();
  /** Of the image that was begun. */
  #length = 0;

  /** @param memory Zeros, or what another one has written. */
  constructor(memory: ArrayBuffer) {
    this.#imageBytes = (memory.byteLength - HEADER_BYTES) / 2;
    this.#bytes = new Uint8Array(memory);
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#origin = new Float64Array(memory, 0, ORIGIN + 1);
  }

  /** Makes zeros images. @param originMs What their clock counts from, on a clock that all who hand them on have. */
  format(originMs: number): void {
    this.#origin[ORIGIN] = originMs;
    this.#words[WORD.format] = FORMAT;
  }

  /** Whether there is an image, and it is of a kind that is understood here. */
  get isReadable(): boolean {
    return this.#words[WORD.format] === FORMAT && this.#images !== 0;
  }

  get originMs(): number {
    return this.#origin[ORIGIN] as number;
  }

  /** Begins an image in place of the one before the last. Until `commit`, the last one holds. */
  begin(): void {
    this.#length = 0;
  }

  /** Adds a line to the image that was begun. False if it has become too large. */
  append(line: string): boolean {
    const at = this.#imageAt(this.#images + 1);
    const room = this.#bytes.subarray(at + this.#length, at + this.#imageBytes);
    const text = this.#length === 0 ? line : `\n${line}`;
    const { read, written } = this.#encoder.encodeInto(text, room);
    this.#length += written;
    return read === text.length;
  }

  /** The image that was begun is the one that holds. */
  commit(): void {
    const images = this.#images + 1;
    this.#words[WORD.length + (images & 1)] = this.#length;
    Atomics.store(this.#words, WORD.images, images);
  }

  /** The image that holds; undefined if there is none yet. @throws SyntaxError if it is not one. */
  read(): StateImage | undefined {
    const images = this.#images;
    if (images === 0) return undefined;
    const at = this.#imageAt(images);
    const length = this.#words[WORD.length + (images & 1)] as number;
    return imageFromLines(new TextDecoder().decode(this.#bytes.slice(at, at + length)));
  }

  get #images(): number {
    return this.#words[WORD.images] as number;
  }

  #imageAt(images: number): number {
    return HEADER_BYTES + (images & 1) * this.#imageBytes;
  }
}
