import { doesNotMatch, ok } from 'node:assert/strict';
import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { pathsIn, withPaths } from '../../../harness/results/merge-folders.ts';
import { renderJunit } from '../../../reports/junit.ts';
import { renderMarkdown } from '../../../reports/markdown.ts';
import { parseResult, ResultFileError } from '../../../reports/read-result.ts';
import { screenOf, summary } from '../../../reports/terminal.ts';
import { nastyText } from '../../reports/nasty.ts';
import { failingResult } from '../../reports/results.ts';
import { edited, edits, part } from '../edits.ts';
import type { FuzzTarget } from '../target.ts';

interface Change {
  /** Which of a node's parts is gone into, level by level, modulo their number. */
  readonly path: readonly number[];
  readonly value: unknown;
}

interface Input {
  readonly changes: readonly Change[];
  readonly edits: readonly (readonly [number, number])[];
  readonly part: number;
}

const SAMPLE = JSON.stringify(failingResult());
/** An output that is no terminal: every control that is in the text came from the result. */
const LOG = new Writable();

const value = fc.oneof(
  nastyText,
  fc.constantFrom('../x', '/etc/passwd', 'a/../../b', null, [], {}, true, -1, 0, 1e308, '1e999'),
  fc.integer(),
  fc.double(),
);

/** A result is read, or refused in a sentence; what was read can be reported, and names no place outside of its folder. */
export const results: FuzzTarget<Input> = {
  name: 'results',
  takes: 'result files, as report, compare, gate and merge read them',
  inputs: fc.record({
    changes: fc.array(fc.record({ path: fc.array(fc.nat(60), { minLength: 1, maxLength: 7 }), value }), {
      maxLength: 3,
    }),
    // Text that was damaged is seldom JSON still.
    edits: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, edits),
    part: fc.oneof({ weight: 5, arbitrary: fc.constant(65_536) }, part),
  }),
  check({ changes, edits: damages, part: length }) {
    const document: unknown = JSON.parse(SAMPLE);
    for (const change of changes) apply(document, change);
    const bytes = edited(Buffer.from(JSON.stringify(document)), damages, length);
    const result = resultOf(Buffer.from(bytes).toString());
    if (result === undefined) return;
    for (const path of [...pathsIn(result), result.run.id]) doesNotMatch(path, /^\/|(^|\/)\.\.(\/|$)/);
    withPaths(result, (path) => `run/${path}`);
    for (const verbose of [false, true]) {
      const shown = summary(result, screenOf(LOG), [], { verbose });
      doesNotMatch(shown.replaceAll('\n', ''), /\p{Control}/u);
    }
    renderMarkdown(result);
    renderJunit(result);
  },
};

function resultOf(text: string) {
  try {
    return parseResult('result.json', text);
  } catch (error) {
    ok(error instanceof ResultFileError, `an error that nobody thought of: ${(error as Error).stack}`);
    return undefined;
  }
}

/** Puts a value in place of some part of a document. */
function apply(document: unknown, { path, value: put }: Change): void {
  let node = document as Record<string, unknown>;
  for (const [level, choice] of path.entries()) {
    const keys = Object.keys(node);
    const key = keys[choice % keys.length];
    if (key === undefined) return;
    const next = node[key];
    if (level === path.length - 1 || typeof next !== 'object' || next === null) {
      node[key] = put;
      return;
    }
    node = next as Record<string, unknown>;
  }
}
