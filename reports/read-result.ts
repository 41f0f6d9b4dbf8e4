import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CodedError } from '../director/coded-error.ts';
import { withLaddersBeside } from './ladders-file.ts';
import { type Result, resultSchema, SCHEMA_VERSION } from './result.ts';

/** Why a result file cannot be used. The message says where, what was expected and what to do; it needs no stack. */
export class ResultFileError extends CodedError {
  readonly code = 'RESULT_FILE';
  readonly path: string;

  constructor(path: string, problem: string, advice: string) {
    super(`${path}: ${problem}\n${advice}`);
    this.path = path;
  }
}

/** Places listed of a file that does not follow the schema; the rest is counted. */
const LISTED_PROBLEMS = 8;

/** What tells a result file from any other JSON, and one version from the next. */
const envelopeSchema = z.looseObject({ format: z.literal('lvs-lab result'), schemaVersion: z.int() });

/**
 * Reads a result file, with the ladders beside it, and checks all of it against the schema.
 *
 * @throws ResultFileError if it is missing, unreadable, not JSON, not a result, of another version, or incomplete.
 */
export async function readResult(path: string): Promise<Result> {
  return withLaddersBeside(path, parseResult(path, await readText(path)));
}

/** Checks the text of a result file, without what lies beside it; `path` is only for what errors say. */
export function parseResult(path: string, text: string): Result {
  const document = parseJson(path, text);
  const envelope = envelopeSchema.safeParse(document);
  if (!envelope.success) {
    throw new ResultFileError(
      path,
      'expected a result file, with "format": "lvs-lab result" and a "schemaVersion"; this is some other JSON',
      'Give the result.json that a run wrote.',
    );
  }
  const { schemaVersion } = envelope.data;
  if (schemaVersion !== SCHEMA_VERSION) {
    throw new ResultFileError(
      path,
      `expected schema version ${SCHEMA_VERSION}, seen ${schemaVersion}`,
      schemaVersion > SCHEMA_VERSION
        ? 'It was written by a newer version of this program: update, then try again.'
        : 'It was written by an older version of this program: run the bench again, or use that version.',
    );
  }
  const result = resultSchema.safeParse(document);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `  at ${z.core.toDotPath(issue.path)}: ${issue.message}`);
  const left = issues.length - LISTED_PROBLEMS;
  throw new ResultFileError(
    path,
    `it does not follow the schema\n${issues.slice(0, LISTED_PROBLEMS).join('\n')}${left > 0 ? `\n  and ${left} more` : ''}`,
    'It was changed after the run, or the run that wrote it has a defect: run the bench again.',
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') {
      throw new ResultFileError(
        path,
        'no such file',
        'Run the bench first, or give the path of its result.json.',
      );
    }
    throw new ResultFileError(
      path,
      `cannot be read (${code})`,
      'Give the path of a result.json that you may read.',
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ResultFileError(
      path,
      `expected JSON of ${text.length} characters: ${problem}`,
      'The file is cut or is not a result file: run the bench again, or give the path of its result.json.',
    );
  }
}
