import { z } from 'zod';
import { putLaddersBeside } from './ladders-file.ts';
import { type Result, resultSchema } from './result.ts';
import { resultText } from './result-text.ts';
import { writeFileAtomically } from './write-file.ts';

/**
 * Writes a result file, and beside it the ladders of cases that passed. The result is checked first: what is written can be read again by `readResult`.
 *
 * @throws Error that names every place where the result is not what the schema says.
 */
export async function writeResult(path: string, result: Result): Promise<void> {
  const checked = resultSchema.safeParse(result);
  if (!checked.success) {
    throw new Error(`result not written to ${path}: it is not valid\n${z.prettifyError(checked.error)}`);
  }
  await writeFileAtomically(path, resultText(await putLaddersBeside(path, checked.data)));
}
