import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPcap } from './pcap.ts';
import { RECORDED_PORTS } from './recorded-network.ts';

const ROOT = join(import.meta.dirname, '../golden/packets');

export interface RecordedFrame {
  readonly port: number;
  readonly direction: 'in' | 'out';
  readonly frame: Uint8Array;
  /** Where it stands, for messages: `dc #3`. */
  readonly place: string;
}

export interface RecordedStep {
  /** A command line, or in words what somebody sent. */
  readonly what: string;
  readonly frames: readonly RecordedFrame[];
  /** The connection table after it, if it was looked at: `UDP client virtual server STATE`. */
  readonly connections: readonly string[] | undefined;
}

export interface Recording {
  /** `nat/tos-ecn` */
  readonly name: string;
  readonly rules: readonly string[];
  readonly sysctls: Readonly<Record<string, number>>;
  readonly steps: readonly RecordedStep[];
}

interface CaseFile {
  readonly setup: string[];
  readonly sysctls?: Record<string, number>;
  readonly steps: {
    readonly do: string;
    readonly packets?: { readonly pt: string; readonly frame: number; readonly dir: 'in' | 'out' }[];
    readonly conns?: string[];
  }[];
}

/** Names of all recordings in the repository. */
export function recordingNames(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: method }) => readdirSync(join(ROOT, method)).map((name) => `${method}/${name}`))
    .sort();
}

export function readRecording(name: string): Recording {
  const folder = join(ROOT, name);
  const file = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as CaseFile;
  // A side that saw nothing has no capture.
  const sides = new Set(file.steps.flatMap(({ packets = [] }) => packets.map(({ pt }) => pt)));
  const captures = new Map([...sides].map((side) => [side, readPcap(join(folder, `${side}.pcap`))]));
  return {
    name,
    rules: file.setup,
    sysctls: file.sysctls ?? {},
    steps: file.steps.map((step) => ({
      what: step.do,
      connections: step.conns,
      frames: (step.packets ?? []).map(({ pt, frame, dir }) => ({
        port: RECORDED_PORTS[pt] as number,
        direction: dir,
        frame: captures.get(pt)?.[frame - 1] as Uint8Array,
        place: `${pt} #${frame}`,
      })),
    })),
  };
}
