/** A recorded case of packets: its `case.json`, the frames in its captures, and the network that it happened in. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CaptureError, readCapture } from '../../../lab/captures/read-capture.ts';
import { RecordingError, type RecordingFile, readAs } from '../recording.ts';

/** The two sides of the director; the captures are named after them. */
const SIDES = ['dc', 'dr'] as const;
export type Side = (typeof SIDES)[number];

const stepSchema = z.looseObject({
  /** A command line, or what somebody sent, in words. */
  do: z.string(),
  /** The step's frames in time order: each by its number, from 1, in the capture of its side. */
  packets: z
    .array(
      z.looseObject({ pt: z.enum(SIDES), frame: z.number().int().positive(), dir: z.enum(['in', 'out']) }),
    )
    .optional(),
  /** The connection table after the step, if it was looked at: `UDP client virtual server STATE`. */
  conns: z.array(z.string()).optional(),
});

/** `case.json` */
const packetCaseSchema = z.looseObject({
  name: z.string(),
  /** Lines of `ipvsadm -R`. */
  setup: z.array(z.string()),
  /** Names without a dot are those of `net.ipv4.vs`. */
  sysctls: z.record(z.string(), z.coerce.number()).optional(),
  steps: z.array(stepSchema),
});

const macAddress = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);

/** `index.json`, the network that cases were recorded in. */
const packetIndexSchema = z.looseObject({
  macs: z.looseObject({
    /** The clients' end of the client side. */
    c0: macAddress,
    dc: macAddress,
    dr: macAddress,
    rs1: macAddress,
    rs2: macAddress,
    /** The router in front of the third server. */
    t0: macAddress,
  }),
});

type PacketCaseFile = z.infer<typeof packetCaseSchema>;
export type StationMacs = z.infer<typeof packetIndexSchema>['macs'];

export interface RecordedFrame {
  readonly side: Side;
  readonly direction: 'in' | 'out';
  readonly frame: Uint8Array;
  /** Its capture and number, for messages: `dc #3`. */
  readonly place: string;
}

export interface RecordedStep {
  /** A command line, or what somebody sent, in words. */
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
/** The index may be beside the case, in the folder above, or in the one above that. */
const INDEX_LEVELS = 3;

/** @throws RecordingError if the case, one of its captures or the index is missing or malformed. */
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
