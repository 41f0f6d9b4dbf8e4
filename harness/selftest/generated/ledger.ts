/**
 * The ledger of equivalent mutants: those that nothing can tell from the right director, each with the reason. What it
 * says is checked: an entry must be a mistake that can be made in the sources as they are, and no case may kill it.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../../run/result-folder.ts';
import type { Mutation } from './mutation.ts';

const entry = z.strictObject({
  /** Below `director/`. */
  file: z.string(),
  /** The lines that it changes, right and wrong, as `result.json` has them. */
  before: z.string(),
  /** Absent where nothing can tell whatever mistake is made there. */
  after: z.string().optional(),
  /**
   * Without `after`, of what is there for speed or spreads things out: whatever is worked out there is right, and a case may
   * see that it is done badly, so that those that do worst are killed.
   */
  onlyHowWell: z.literal(true).optional(),
  /** From 1: which one it is of those in the file with the same two texts; the first if absent. All of them without `after`. */
  nth: z.int().positive().default(1),
  /** Why nothing can tell it from the right director: a sentence. */
  reason: z.string().regex(/^\p{Lu}.{20,}\.$/u, 'must be a sentence'),
});

export type LedgerEntry = z.infer<typeof entry>;

export const LEDGER = new URL('../../../gate/equivalent-mutants.json', import.meta.url);

export class Ledger {
  readonly #entries: ReadonlyMap<string, LedgerEntry>;

  constructor(entries: readonly LedgerEntry[]) {
    this.#entries = new Map(entries.map((one) => [keyOf(one), one]));
  }

  /** @throws Error where the file is not as it must be. */
  static read(file: URL = LEDGER): Ledger {
    try {
      return new Ledger(z.array(entry).parse(JSON.parse(readFileSync(file, 'utf8'))));
    } catch (error) {
      throw new Error(`gate/equivalent-mutants.json cannot be read: ${messageOf(error)}`);
    }
  }

  /** Why this one is equivalent; nothing if it is not listed. */
  reasonOf(mutation: Mutation): string | undefined {
    return this.#entryOf(mutation)?.reason;
  }

  /** Whether it says that no case can kill this one. */
  rulesOut(mutation: Mutation): boolean {
    const listed = this.#entryOf(mutation);
    return listed !== undefined && listed.onlyHowWell !== true;
  }

  #entryOf(mutation: Mutation): LedgerEntry | undefined {
    return keysOf(mutation)
      .map((key) => this.#entries.get(key))
      .find((one) => one !== undefined);
  }

  /** Entries that are no mistake that can be made in these sources: a sentence each. */
  strays(all: readonly Mutation[]): string[] {
    const known = new Set(all.flatMap(keysOf));
    return [...this.#entries]
      .filter(([key]) => !known.has(key))
      .map(
        ([, one]) =>
          `gate/equivalent-mutants.json lists a mutant that no source gives any more: ${inWords(one)}. Remove it, or say what has become of it.`,
      );
  }
}

/** That a listed mutant was killed, as a sentence. */
export function killedAfterAll(mutation: Mutation, killer: string): string {
  return `gate/equivalent-mutants.json lists a mutant that ${killer} kills: ${inWords(mutation)}. Remove it.`;
}

function keyOf({ file, before, after, nth }: Pick<LedgerEntry, 'file' | 'before' | 'after' | 'nth'>): string {
  return JSON.stringify(after === undefined ? [file, before] : [file, before, after, nth]);
}

/** Of the entries that may list it: by itself, or with all others of its lines. */
function keysOf(mutation: Mutation): string[] {
  return [keyOf(mutation), keyOf({ ...mutation, after: undefined })];
}

function inWords({ file, before, after }: Pick<LedgerEntry, 'file' | 'before' | 'after'>): string {
  return `director/${file}, "${before}" as ${after === undefined ? 'anything else' : `"${after}"`}`;
}
