import { appendFile } from 'node:fs/promises';
import { renderMarkdown } from '../markdown.ts';
import type { Result } from '../result.ts';

/** GitHub refuses a step’s summary above 1 MiB; other steps’ parts count by themselves. */
const MOST_BYTES = 1024 * 1024 - 1024;

/** Appends the report to the summary of the job, if GitHub named a file for it. */
export async function appendJobSummary(result: Result, path: string | undefined): Promise<void> {
  if (path === undefined || path === '') return;
  await appendFile(path, fitting(renderMarkdown(result)));
}

/** As many whole blocks as GitHub takes; one that says so stands in for the rest. */
function fitting(markdown: string): string {
  if (Buffer.byteLength(markdown) <= MOST_BYTES) return markdown;
  let bytes = 0;
  const kept = markdown.split(/(?<=\n\n)/).filter((block) => {
    bytes += Buffer.byteLength(block);
    return bytes <= MOST_BYTES;
  });
  return `${kept.join('')}The rest is longer than GitHub shows; the report has it.\n`;
}
