/** Replays recordings of the kernel's IPVS through the director's core, in memory, and tells whether all is equal. */
import { readFile } from 'node:fs/promises';
import { RuleError } from '../../director/index.ts';
import { FORMATS } from './formats.ts';
import { type CaseResult, RecordingError, type RecordingFile } from './recording.ts';
import { type FileResult, renderFile, renderTotal, summaryOf } from './report.ts';

export interface ReplayOptions {
  /** Print one JSON document instead of text. */
  readonly json: boolean;
  readonly stdout: { write(text: string): unknown };
  /** Where files that cannot be replayed are named; `stdout` unless given. */
  readonly stderr?: { write(text: string): unknown };
}

export const REPLAY_EXIT_CODES = {
  equal: 0,
  different: 1,
  /** A file could not be read, or is no recording that is known. */
  unreadable: 2,
} as const;

/** Replays each file, prints what came of it, and returns the exit code. */
export async function replayFiles(paths: readonly string[], options: ReplayOptions): Promise<number> {
  const results: FileResult[] = [];
  const errors: { file: string; error: string }[] = [];
  for (const path of paths) {
    try {
      const result = await replayFile(path);
      results.push(result);
      if (!options.json) options.stdout.write(renderFile(result));
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      errors.push({ file: path, error: error.message });
      if (!options.json) (options.stderr ?? options.stdout).write(`${error.message}\n`);
    }
  }
  if (options.json) {
    const document = { files: results.map(summaryOf), errors };
    options.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    options.stdout.write(renderTotal(results));
  }
  if (errors.length > 0 || paths.length === 0) return REPLAY_EXIT_CODES.unreadable;
  const isEqual = results.every(({ cases }) => cases.every((one) => one.first === undefined));
  return isEqual ? REPLAY_EXIT_CODES.equal : REPLAY_EXIT_CODES.different;
}

/** Replays one file. @throws RecordingError if it cannot be read or is no recording that is known. */
export async function replayFile(path: string): Promise<FileResult> {
  const file = await readRecording(path);
  const format = FORMATS.find((known) => known.recognises(file));
  if (format === undefined) {
    const known = FORMATS.map(({ name }) => name).join(', ');
    throw new RecordingError(`${path} is no recording that is known; there are: ${known}`);
  }
  const startedAtMs = performance.now();
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
  return { path, format: format.name, cases, tookMs: performance.now() - startedAtMs };
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
