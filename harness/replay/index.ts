/** Replays a recording of the kernel's IPVS through the director's core, in memory, and compares. */
import { readFile } from 'node:fs/promises';
import { RuleError } from '../../director/index.ts';
import { decisions } from './decision-replay.ts';
import { packets } from './packets/packet-replay.ts';
import { type CaseResult, RecordingError, type RecordingFile, type RecordingFormat } from './recording.ts';
import { stateScripts } from './state-scripts.ts';
import { stateTimeline } from './state-timeline.ts';
import { transcripts } from './transcript-replay.ts';
import { udpStates } from './udp-states.ts';

/** Every format that can be replayed. A file is replayed as the first one that recognises its content. */
const FORMATS: readonly RecordingFormat[] = [
  decisions,
  stateScripts,
  stateTimeline,
  udpStates,
  packets,
  transcripts,
];

export interface ReplayedFile {
  readonly path: string;
  /** Name of its format. */
  readonly format: string;
  readonly cases: readonly CaseResult[];
}

/** Replays one file. @throws RecordingError if it cannot be read, or holds no recording of a known format. */
export async function replayFile(path: string): Promise<ReplayedFile> {
  const file = await readRecording(path);
  const format = FORMATS.find((known) => known.recognises(file));
  if (format === undefined) {
    const known = FORMATS.map(({ name }) => name).join(', ');
    throw new RecordingError(`${path} is no recording that is known; there are: ${known}`);
  }
  let cases: readonly CaseResult[];
  try {
    cases = await format.replay(file);
  } catch (error) {
    if (error instanceof RecordingError || error instanceof RuleError) {
      throw new RecordingError(`${path}: ${error.message}`);
    }
    throw error;
  }
  if (cases.length === 0) throw new RecordingError(`${path} holds no case`);
  return { path, format: format.name, cases };
}

async function readRecording(path: string): Promise<RecordingFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new RecordingError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return { path, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
