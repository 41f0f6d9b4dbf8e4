/** Copies some packets of a capture that is still being written into a file of their own. */
import { open, writeFile } from 'node:fs/promises';
import { CaptureError } from './read-capture.ts';

/** A place between two packets of a file, in bytes from its start. */
export type FileOffset = number;

const GLOBAL_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
/** Of the captured length in a packet's header. */
const LENGTH_AT = 8;

export const START_OF_PACKETS: FileOffset = GLOBAL_HEADER_BYTES;

/**
 * Copies the `packets` that begin at `from`, behind the file's own header, into `to`.
 *
 * @returns Where the next packet begins.
 * @throws CaptureError if the file holds fewer, or a file cannot be read or written.
 */
export async function copyPackets(
  file: string,
  from: FileOffset,
  packets: number,
  to: string,
): Promise<FileOffset> {
  const { header, bytes } = await readFrom(file, from);
  let end = 0;
  for (let i = 0; i < packets; i++) {
    const length = end + LENGTH_AT + 4 <= bytes.length ? bytes.readUInt32LE(end + LENGTH_AT) : Number.NaN;
    end += PACKET_HEADER_BYTES + length;
    if (end <= bytes.length) continue;
    throw new CaptureError(
      `${file}: ends within packet ${i + 1} of the ${packets} expected from byte ${from} on`,
      'CAPTURE_TRUNCATED',
    );
  }
  try {
    await writeFile(to, Buffer.concat([header, bytes.subarray(0, end)]));
  } catch (error) {
    throw new CaptureError(`${to}: cannot be written: ${(error as Error).message}`, 'CAPTURE_NOT_WRITTEN');
  }
  return from + end;
}

async function readFrom(file: string, from: FileOffset) {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    const header = Buffer.alloc(GLOBAL_HEADER_BYTES);
    await handle.read(header, 0, header.length, 0);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    await handle.read(bytes, 0, bytes.length, from);
    return { header, bytes };
  } catch (error) {
    throw new CaptureError(`${file}: cannot be read: ${(error as Error).message}`, 'CAPTURE_MISSING');
  }
}
