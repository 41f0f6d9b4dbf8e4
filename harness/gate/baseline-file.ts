/** Baselines as files. */
import { writeFileAtomically } from '../../reports/write-file.ts';
import { type Baseline, baselineSchema } from './baseline.ts';
import { diffableJson } from './diffable-json.ts';
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
