/** Runs one target for some time. */
import * as fc from 'fast-check';
import { keep, keptFor } from './corpus.ts';
import type { FuzzTarget } from './target.ts';

const ENDLESS = Number.MAX_SAFE_INTEGER;
/** A failure is made smaller for as long. */
const SHRINK_MS = 20_000;

export interface Fuzzed {
  readonly runs: number;
  /** What was found, and the file in the corpus that holds it now. */
  readonly failure?: { readonly about: string; readonly file: string };
}

/** First what is kept in the corpus, then new inputs until time is up or something does not hold. */
export async function fuzz(target: FuzzTarget<unknown>, ms: number, seed: number): Promise<Fuzzed> {
  const property = fc.asyncProperty(target.inputs, async (input) => target.check(input));
  const examples = (await keptFor(target.name)).map(({ input }): [unknown] => [input]);
  const common = { seed, examples, numRuns: ENDLESS, markInterruptAsFailure: false };
  const found = await fc.check(property, { ...common, endOnFailure: true, interruptAfterTimeLimit: ms });
  if (!found.failed) return { runs: found.numRuns };
  const shrunk = await fc.check(property, {
    ...common,
    path: found.counterexamplePath ?? '',
    interruptAfterTimeLimit: SHRINK_MS,
  });
  const [input] = (shrunk.counterexample ?? found.counterexample) as [unknown];
  const error = shrunk.errorInstance ?? found.errorInstance;
  const about = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  return { runs: found.numRuns, failure: { about, file: await keep(target.name, about, input) } };
}
