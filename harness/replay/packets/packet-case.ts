/** A recorded case of packets, with the frames that its captures hold. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CaptureError, readCapture } from '../../../lab/captures/read-capture.ts';
import { readAs } from '../read-as.ts';
import { RecordingError, type RecordingFile } from '../recording.ts';
import {
  type PacketCaseFile,
  packetCaseSchema,
  packetIndexSchema,
  type Side,
  type StationMacs,
} from './packet-schema.ts';

export interface RecordedFrame {
  readonly side: Side;
  readonly direction: 'in' | 'out';
  readonly frame: Uint8Array;
  /** Where it stands, for messages: `dc #3`. */
  readonly place: string;
}

export interface RecordedStep {
  /** A command line, or in words what somebody sent. */
  readonly what: string;
  readonly frames: readonly RecordedFrame[];
  /** The connection table after it, if it was looked at. */
  readonly connections: readonly string[] | undefined;
}

export interface PacketCase {
  readonly name: string;
  readonly macs: StationMacs;
  /** Lines of `ipvsadm -R`. */
  readonly rules: readonly string[];
  readonly sysctls: Readonly<Record<string, number>>;
  readonly steps: readonly RecordedStep[];
}

export const PACKETS_FORMAT = 'packets';
const INDEX = 'index.json';
/** The index may stand beside the case, above it, or above the cases of its method. */
const INDEX_LEVELS = 3;

/** @throws RecordingError if the case, its captures or the index above it are not what they should be. */
export async function readPacketCase(file: RecordingFile): Promise<PacketCase> {
  const { name, setup, sysctls = {}, steps } = readAs(packetCaseSchema, file, PACKETS_FORMAT);
  const folder = dirname(file.path);
  const captures = await readCaptures(folder, steps);
  return {
    name,
    macs: await readMacs(folder),
    rules: setup,
    sysctls,
    steps: steps.map((step) => ({
      what: step.do,
      connections: step.conns,
      frames: (step.packets ?? []).map(({ pt: side, frame: number, dir: direction }) => {
        const frame = captures.get(side)?.[number - 1];
        if (frame === undefined) throw new RecordingError(`${side}.pcap has no frame ${number}`);
        return { side, direction, frame, place: `${side} #${number}` };
      }),
    })),
  };
}

/** A side that saw nothing has no capture. */
async function readCaptures(
  folder: string,
  steps: PacketCaseFile['steps'],
): Promise<ReadonlyMap<Side, readonly Uint8Array[]>> {
  const captures = new Map<Side, readonly Uint8Array[]>();
  for (const side of new Set(steps.flatMap(({ packets = [] }) => packets.map(({ pt }) => pt)))) {
    try {
      const file = join(folder, `${side}.pcap`);
      const { packets } = await readCapture({ host: 'director', interface: side, file });
      captures.set(
        side,
        // Copies: a Buffer's own `slice` would be a view of it.
        packets.map(({ bytes }) => Uint8Array.from(bytes)),
      );
    } catch (error) {
      throw error instanceof CaptureError ? new RecordingError(error.message) : error;
    }
  }
  return captures;
}

async function readMacs(folder: string): Promise<StationMacs> {
  for (let level = 0, at = folder; level < INDEX_LEVELS; level++, at = dirname(at)) {
    const path = join(at, INDEX);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined)
      return readAs(packetIndexSchema, { path, text, json: JSON.parse(text) }, INDEX).macs;
  }
  throw new RecordingError(`no ${INDEX} beside or above it says whose MAC addresses its frames carry`);
}
