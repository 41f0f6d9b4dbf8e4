/** Writes pcap files: the classic format, version 2.4, with microseconds, little-endian, of Ethernet frames. */
import { writeFile } from 'node:fs/promises';
import { CaptureError } from './read-capture.ts';

const GLOBAL_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;
const MAX_FRAME_BYTES = 262_144;
const LINKTYPE_ETHERNET = 1;
/** Frames are small, and each write is a system call. */
const BLOCK_BYTES = 1 << 20;

export interface TimedFrame {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly frame: Uint8Array;
}

/** @throws CaptureError if the file cannot be written. */
export async function writeCapture(file: string, frames: Iterable<TimedFrame>): Promise<void> {
  try {
    await writeFile(file, inBlocks(pcapOf(frames)));
  } catch (error) {
    throw new CaptureError(`${file}: cannot be written: ${(error as Error).message}`, 'CAPTURE_NOT_WRITTEN');
  }
}

function* pcapOf(frames: Iterable<TimedFrame>): Generator<Uint8Array> {
  const global = Buffer.alloc(GLOBAL_HEADER_BYTES);
  global.writeUInt32LE(MAGIC_MICROSECONDS, 0);
  global.writeUInt16LE(VERSION_MAJOR, 4);
  global.writeUInt16LE(VERSION_MINOR, 6);
  global.writeUInt32LE(MAX_FRAME_BYTES, 16);
  global.writeUInt32LE(LINKTYPE_ETHERNET, 20);
  yield global;
  for (const { time, frame } of frames) {
    const micros = Math.round(time * 1e6);
    const header = Buffer.alloc(PACKET_HEADER_BYTES);
    header.writeUInt32LE(Math.floor(micros / 1e6), 0);
    header.writeUInt32LE(micros % 1e6, 4);
    header.writeUInt32LE(frame.length, 8);
    header.writeUInt32LE(frame.length, 12);
    yield header;
    yield frame;
  }
}

function* inBlocks(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let block: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    block.push(part);
    bytes += part.length;
    if (bytes < BLOCK_BYTES) continue;
    yield Buffer.concat(block);
    block = [];
    bytes = 0;
  }
  yield Buffer.concat(block);
}
