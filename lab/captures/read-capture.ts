/**
 * Reads pcap files. The parser underneath ends without complaint on a file that was cut, so the sizes it read are
 * added up here: a capture that cannot be read to its last byte proves nothing and is refused.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import pcapParser from 'pcap-parser';
import { CodedError } from '../../director/coded-error.ts';
import { type CapturePlace, DecodedPacket } from './decoded-packet.ts';

const GLOBAL_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const LINKTYPE_ETHERNET = 1;
const CHUNK_BYTES = 1 << 20;

export type CaptureErrorCode =
  | 'CAPTURE_MISSING'
  /** The file, or a packet in it, is not whole. */
  | 'CAPTURE_TRUNCATED'
  /** No classic pcap file of Ethernet frames. */
  | 'CAPTURE_FORMAT'
  | 'CAPTURE_NOT_WRITTEN'
  /** It can be read, but does not hold what was asked of it. */
  | 'CAPTURE_UNUSABLE';

/** A capture that cannot be read, written or used. */
export class CaptureError extends CodedError {
  readonly code: CaptureErrorCode;

  constructor(message: string, code: CaptureErrorCode = 'CAPTURE_UNUSABLE') {
    super(message);
    this.code = code;
  }
}

export interface DecodedCapture extends CapturePlace {
  readonly packets: readonly DecodedPacket[];
}

/** @throws CaptureError naming the file and what is wrong with it. */
export async function readCapture(place: CapturePlace): Promise<DecodedCapture> {
  const size = await sizeOf(place.file);
  if (size < GLOBAL_HEADER_BYTES) throw cut(place.file, size, GLOBAL_HEADER_BYTES);
  const packets: DecodedPacket[] = [];
  let bytesRead = GLOBAL_HEADER_BYTES;
  await new Promise<void>((resolve, reject) => {
    const fail = (problem: string, code: CaptureErrorCode) =>
      reject(new CaptureError(`${place.file}: ${problem}`, code));
    const parser = pcapParser.parse(createReadStream(place.file, { highWaterMark: CHUNK_BYTES }));
    parser.on('globalHeader', (header) => {
      if (header.linkLayerType !== LINKTYPE_ETHERNET) {
        fail(`link type ${header.linkLayerType}, expected Ethernet (1)`, 'CAPTURE_FORMAT');
      }
    });
    parser.on('packet', ({ header, data }) => {
      bytesRead += PACKET_HEADER_BYTES + header.capturedLength;
      if (header.capturedLength < header.originalLength) {
        fail(
          `packet ${packets.length + 1} holds ${header.capturedLength} of ${header.originalLength} bytes: capture with -s 0`,
          'CAPTURE_TRUNCATED',
        );
        return;
      }
      const time = header.timestampSeconds + header.timestampMicroseconds / 1e6;
      packets.push(new DecodedPacket(place, packets.length + 1, time, data));
    });
    parser.on('error', (error) =>
      fail(
        `${error.message}, expected a classic pcap file with microseconds: tcpdump -r FILE -w NEW makes one`,
        'CAPTURE_FORMAT',
      ),
    );
    parser.on('end', resolve);
  });
  if (bytesRead !== size) throw cut(place.file, size, bytesRead);
  return { ...place, packets };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    throw new CaptureError(`${file}: no such capture`, 'CAPTURE_MISSING');
  }
}

function cut(file: string, size: number, read: number): CaptureError {
  return new CaptureError(
    `${file}: the file has ${size} bytes, but whole packets end at ${read}: it is cut or corrupt`,
    'CAPTURE_TRUNCATED',
  );
}
