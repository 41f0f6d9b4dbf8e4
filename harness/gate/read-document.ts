/** Reads a JSON file that people keep, and checks all of it. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ResultFileError } from '../../reports/read-result.ts';

const LISTED_PROBLEMS = 8;

/**
 * @param what It should be, such as `a baseline`. @param advice What to do where it is not.
 * @throws ResultFileError where it cannot be read, is no JSON, or does not follow the schema.
 */
export async function readDocument<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  what: string,
  advice: string,
): Promise<z.infer<Schema>> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ResultFileError(path, `expected ${what}: ${reasonOf(error)}`, advice);
  }
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  const problems = read.error.issues.map(
    ({ path: at, message }) => `\n  at ${z.core.toDotPath(at) || 'the top'}: ${message}`,
  );
  const more = problems.length > LISTED_PROBLEMS ? `\n  and ${problems.length - LISTED_PROBLEMS} more` : '';
  throw new ResultFileError(
    path,
    `expected ${what}${problems.slice(0, LISTED_PROBLEMS).join('')}${more}`,
    advice,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error.message;
}
