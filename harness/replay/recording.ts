/** Formats of recordings, how a file is checked against one, and what came of replaying it. */
import { z } from 'zod';
import { CodedError } from '../../director/coded-error.ts';

/** A file as it was read, before it is known what it holds. */
export interface RecordingFile {
  readonly path: string;
  readonly text: string;
  /** The text parsed as JSON; undefined if it is not JSON. */
  readonly json: unknown;
}

/** A kind of recording that can be replayed. */
export interface RecordingFormat {
  readonly name: string;
  /** Looks at the content, not at the file's name. */
  recognises(file: RecordingFile): boolean;
  /** Replays every case. Throws a RecordingError if the content does not have this format. */
  replay(file: RecordingFile): readonly CaseResult[] | Promise<readonly CaseResult[]>;
}

export interface CaseResult {
  readonly name: string;
  readonly steps: number;
  readonly differentSteps: number;
  /** Steps that cannot be carried out in memory, and are not among `steps`; none if absent. */
  readonly notPlayed?: number;
  readonly first: Difference | undefined;
}

/** The first thing in a case that was not as recorded. */
export interface Difference {
  /** Index of the step from 0; -1 for the state before the first one. */
  readonly step: number;
  /** What was done, in words. */
  readonly action: string;
  /** What differs, a line each: recorded and seen. */
  readonly findings: string[];
  /** The director's state before the step, a line each. */
  readonly before: string[];
}

/** A file that cannot be read, has no known format, or does not hold what its format asks for. */
export class RecordingError extends CodedError {
  readonly code = 'RECORDING';
}

/** The content of a file, checked. @throws RecordingError if it does not fit the schema. */
export function readAs<T>(schema: z.ZodType<T>, file: RecordingFile, format: string): T {
  const read = schema.safeParse(file.json);
  if (read.success) return read.data;
  const problem = z.prettifyError(read.error).split('\n').slice(0, 2).join(' ').trim();
  throw new RecordingError(`looks like a recording of ${format}, but is not one: ${problem}`);
}
