import { basename, join } from 'node:path';
import { type WantedReport, writeReports } from './reporters.ts';
import type { Result } from './result.ts';

/** A report that was written, or why it was not. */
export type Rendered =
  | { readonly name: string; readonly file: string }
  | { readonly name: string; readonly error: Error };

export interface RenderOptions {
  /** Folder of the result file, to which its captures are relative; the reports' own folder if absent. */
  readonly resultDirectory?: string;
}

/** The files that every run leaves, in a folder. */
export function usualReports(directory: string): WantedReport[] {
  return [
    { name: 'md', file: join(directory, 'report.md') },
    { name: 'html', file: join(directory, 'report.html') },
    { name: 'junit', file: join(directory, 'junit.xml') },
  ];
}

/** Writes the usual reports of a result into a folder. One that fails is named with its error and stops no other. */
export async function renderReports(
  result: Result,
  directory: string,
  { resultDirectory = directory }: RenderOptions = {},
): Promise<Rendered[]> {
  const context = { resultDirectory, stdout: process.stdout, environment: {} };
  const reported = await writeReports(result, usualReports(directory), context);
  return reported.map(({ file = '', ...one }) => ({
    name: basename(file),
    ...('error' in one ? { error: one.error } : { file }),
  }));
}
