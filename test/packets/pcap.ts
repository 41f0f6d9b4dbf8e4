import { readFileSync } from 'node:fs';

const GLOBAL_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;

/** The frames of a classic little-endian pcap file, whole. Throws if the file is anything else, or cut. */
export function readPcap(file: string): Uint8Array[] {
  const bytes = readFileSync(file);
  if (bytes.readUInt32LE(0) !== MAGIC_MICROSECONDS) throw new Error(`${file}: no classic pcap file`);
  const frames: Uint8Array[] = [];
  let at = GLOBAL_HEADER_BYTES;
  while (at < bytes.length) {
    const captured = bytes.readUInt32LE(at + 8);
    const original = bytes.readUInt32LE(at + 12);
    const end = at + RECORD_HEADER_BYTES + captured;
    if (captured !== original || end > bytes.length) throw new Error(`${file}: cut at byte ${at}`);
    frames.push(new Uint8Array(bytes.subarray(at + RECORD_HEADER_BYTES, end)));
    at = end;
  }
  return frames;
}
