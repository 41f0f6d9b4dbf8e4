/** Replays a recording of the kernel's IPVS through the director's core, in memory, and compares. */
import { readFile } from 'node:fs/promises';
import { RuleError } from '../../director/index.ts';
import { FORMATS } from './formats.ts';
import { type CaseResult, RecordingError, type RecordingFile } from './recording.ts';

export interface ReplayedFile {
  readonly path: string;
  /** Name of its format. */
  readonly format: string;
  readonly cases: readonly CaseResult[];
}

/** Replays one file. @throws RecordingError if it cannot be read or is no recording that is known. */
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
