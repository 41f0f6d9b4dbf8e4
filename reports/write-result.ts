import { z } from 'zod';
import { type Result, resultSchema } from './result.ts';
import { writeFileAtomically } from './write-file.ts';

/**
 * Writes a result file. The result is checked first: what is written can be read again by `readResult`.
 *
 * @throws Error that names every place where the result is not what the schema says.
 */
export async function writeResult(path: string, result: Result): Promise<void> {
  const checked = resultSchema.safeParse(result);
  if (!checked.success) {
    throw new Error(`result not written to ${path}: it is not valid\n${z.prettifyError(checked.error)}`);
  }
  await writeFileAtomically(path, `${JSON.stringify(checked.data, null, 2)}\n`);
}
