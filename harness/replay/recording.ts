import { CodedError } from '../../director/coded-error.ts';

/** What a replay is made of: formats of recordings, and what came of replaying one. */

/** A file as it was read, before it is known what it holds. */
export interface RecordingFile {
  readonly path: string;
  readonly text: string;
  /** What the text says as JSON; undefined if it is none. */
  readonly json: unknown;
}

/** A kind of recording that can be replayed. */
export interface RecordingFormat {
  readonly name: string;
  /** Looks at the content, not at the file's name. */
  recognises(file: RecordingFile): boolean;
  /** Replays every case. Throws a RecordingError if the content is not as the format says. */
  replay(file: RecordingFile): readonly CaseResult[] | Promise<readonly CaseResult[]>;
}

/** The first thing in a case that was not as recorded. */
export interface Difference {
  /** Index of the step from 0; -1 for the state before the first one. */
  readonly step: number;
  /** What was done, in words. */
  readonly action: string;
  /** What differs, a line each: recorded and seen. */
  readonly findings: string[];
  /** The scheduler's and the servers' state before the step, a line each. */
  readonly before: string[];
}

export interface CaseResult {
  readonly name: string;
  readonly steps: number;
  readonly differentSteps: number;
  /** Steps that could not be made in memory, and are not among `steps`; none if absent. */
  readonly notPlayed?: number;
  readonly first: Difference | undefined;
}

/** A file that cannot be read, is of no known format, or is not what its format asks for. */
export class RecordingError extends CodedError {
  readonly code = 'RECORDING';
}
