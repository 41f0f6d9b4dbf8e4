/** Checks that a file holds what its format says. */
import { z } from 'zod';
import { RecordingError, type RecordingFile } from './recording.ts';

export function readAs<T>(schema: z.ZodType<T>, file: RecordingFile, format: string): T {
  const read = schema.safeParse(file.json);
  if (read.success) return read.data;
  const problem = z.prettifyError(read.error).split('\n').slice(0, 2).join(' ').trim();
  throw new RecordingError(`looks like a recording of ${format}, but is not one: ${problem}`);
}
