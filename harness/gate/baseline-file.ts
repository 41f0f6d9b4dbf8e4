/** Baselines as files. */
import { writeFileAtomically } from '../../reports/write-file.ts';
import { type Baseline, baselineSchema } from './baseline.ts';
import { readDocument } from './read-document.ts';

/** @throws ResultFileError where it is no baseline of this version. */
export function readBaseline(path: string): Promise<Baseline> {
  return readDocument(
    path,
    baselineSchema,
    'a baseline',
    'Make one with: lvs-lab gate --update-baseline --baseline FILE RESULT',
  );
}

export function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  return writeFileAtomically(path, diffableJson(baselineSchema.parse(baseline)));
}

const LINE = 110;
const INDENT = '  ';

/**
 * JSON that reads well in a diff: keys sorted, and what fits on a line on one line, as this repository's formatter has it.
 *
 * @param value Plain data without arrays.
 */
export function diffableJson(value: object): string {
  return `${textOf(value, '', 0)}\n`;
}

/** @param taken Columns that stand before it on its line. */
function textOf(value: unknown, indent: string, taken: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return '{}';
  const isLeaf = entries.every(([, one]) => typeof one !== 'object');
  const line = `{ ${entries.map(([key, one]) => `${JSON.stringify(key)}: ${JSON.stringify(one)}`).join(', ')} }`;
  // One more for the comma after it.
  if (isLeaf && taken + line.length + 1 <= LINE) return line;
  const deeper = indent + INDENT;
  const lines = entries.map(([key, one]) => {
    const head = `${deeper}${JSON.stringify(key)}: `;
    return head + textOf(one, deeper, head.length);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
