/** A wire to a guest's network card: frames on a stream, each after its length in four bytes (QEMU's `-netdev socket`). */
import type { Duplex } from 'node:stream';

const LENGTH_BYTES = 4;

export class Wire {
  readonly #stream: Duplex;
  /** What has come in and is no whole frame yet. */
  #received: Buffer = Buffer.alloc(0);

  /** @param onFrame Given what the card sends. */
  constructor(stream: Duplex, onFrame: (frame: Uint8Array) => void) {
    this.#stream = stream;
    stream.on('data', (bytes: Buffer) => {
      const all = Buffer.concat([this.#received, bytes]);
      let at = 0;
      for (let end = endOfFrame(all, at); end <= all.length; end = endOfFrame(all, at)) {
        onFrame(Uint8Array.from(all.subarray(at + LENGTH_BYTES, end)));
        at = end;
      }
      this.#received = all.subarray(at);
    });
    // The guest has ended, which whoever owns it knows.
    stream.on('error', () => undefined);
  }

  send(frame: Uint8Array): void {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(frame.length);
    this.#stream.write(Buffer.concat([length, frame]));
  }
}

/** Beyond what there is, where even its length has not come whole. */
function endOfFrame(bytes: Buffer, at: number): number {
  if (bytes.length < at + LENGTH_BYTES) return Number.POSITIVE_INFINITY;
  return at + LENGTH_BYTES + bytes.readUInt32BE(at);
}
