/** Which wrong directors are meant. */
import type { WrongDirector } from './mutant.ts';
import { wrongDirectors } from './mutants/index.ts';

export interface Selected {
  readonly wrongDirectors: readonly WrongDirector[];
  /** Prefixes that no name starts with, one sentence each. */
  readonly problems: readonly string[];
}

/** @param prefixes Of names; all are meant if there are none. */
export function selectWrongDirectors(prefixes: readonly string[]): Selected {
  const startsWith = (prefix: string) => wrongDirectors.filter(({ id }) => id.startsWith(prefix));
  return {
    wrongDirectors:
      prefixes.length === 0
        ? wrongDirectors
        : wrongDirectors.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix))),
    problems: prefixes
      .filter((prefix) => startsWith(prefix).length === 0)
      .map((prefix) => `No wrong director’s name starts with "${prefix}"; "selftest --list" shows all.`),
  };
}

/** So many of them, spread evenly over the whole list: every kind of mistake is among them. */
export function sampleOf<Item>(all: readonly Item[], count: number): Item[] {
  const step = all.length / Math.min(count, all.length);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)] as Item);
}
