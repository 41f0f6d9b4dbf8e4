/** Bytes that are not what they were read as. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** @throws FrameError if there are fewer than `needed` bytes. */
export function needBytes(what: string, bytes: Uint8Array, needed: number): void {
  if (bytes.length < needed) {
    throw new FrameError(`${what} takes ${needed} bytes, here are ${bytes.length}`);
  }
}
