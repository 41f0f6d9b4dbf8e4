/**
 * A baseline, what a release is compared with, as a file small enough to be kept in a repository and read in a diff: only
 * what is gated, no evidence, no paths.
 */
import { z } from 'zod';
import { writeFileAtomically } from '../../reports/write-file.ts';
import { readDocument } from './read-document.ts';
import { timingSchema } from './timing/timing.ts';

export const BASELINE_VERSION = 1;

const facts = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()])));

export const baselineSchema = z.strictObject({
  format: z.literal('lvs-lab baseline'),
  schemaVersion: z.literal(BASELINE_VERSION),
  madeFrom: z.strictObject({
    /** Of this program. */
    version: z.string(),
    startedAt: z.iso.datetime(),
    /** Runs that timings are means of. */
    runs: z.int().positive(),
    /** Sequences and figures follow from it. */
    seed: z.int(),
    /** How much was measured; only a run that measured as much is compared. */
    profile: z.string().optional(),
    /** Timings are compared on a machine like it only. */
    machine: z.strictObject({ cpu: z.string(), cores: z.int(), kernel: z.string(), node: z.string() }),
  }),
  cases: facts,
  fairness: facts,
  acrossModes: facts,
  scale: facts,
  mutants: facts,
  allocations: facts,
  timings: z.strictObject({
    /**
     * What a whole run is off, besides what its turns are, by kind of benchmark: standard deviation of the logarithm.
     * Measured where there were several runs, assumed where there was one.
     */
    runSpreads: z.record(z.string(), z.number().nonnegative()),
    benchmarks: z.record(z.string(), timingSchema),
  }),
});

export type Baseline = z.infer<typeof baselineSchema>;

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
