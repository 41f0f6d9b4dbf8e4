import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { putLaddersBeside } from './ladders-file.ts';
import { type Result, resultSchema } from './result.ts';
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
  await writeFileAtomically(path, `${textOf(await putLaddersBeside(path, checked.data))}\n`);
}

/** Indented for people; but of rungs there are thousands, each of which takes one line. */
function textOf(result: Result): string {
  const rungs: string[] = [];
  // Not to be guessed, so that no text of a result is taken for one.
  const mark = randomUUID();
  const withMarks = JSON.stringify(
    result,
    (key, value) =>
      key === 'rungs'
        ? value.map((rung: unknown) => `${mark} ${rungs.push(JSON.stringify(rung)) - 1}`)
        : value,
    2,
  );
  return withMarks.replace(
    new RegExp(`"${mark} (\\d+)"`, 'g'),
    (_, number) => rungs[Number(number)] as string,
  );
}
