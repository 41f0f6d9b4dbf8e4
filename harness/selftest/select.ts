/** Which mutants are meant. */
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants/index.ts';

export interface Selected {
  readonly mutants: readonly Mutant[];
  /** Prefixes that no name starts with, one sentence each. */
  readonly problems: readonly string[];
}

/** @param prefixes Of names; all are meant if there are none. */
export function selectMutants(prefixes: readonly string[]): Selected {
  const startsWith = (prefix: string) => mutants.filter(({ id }) => id.startsWith(prefix));
  return {
    mutants:
      prefixes.length === 0
        ? mutants
        : mutants.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix))),
    problems: prefixes
      .filter((prefix) => startsWith(prefix).length === 0)
      .map((prefix) => `No mutant’s name starts with "${prefix}"; "selftest --list" shows all.`),
  };
}

/** So many of them, spread evenly over the whole list: every kind of mistake is among them. */
export function sampleOf<Item>(all: readonly Item[], count: number): Item[] {
  const step = all.length / Math.min(count, all.length);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)] as Item);
}
