/** Whose a fact of a baseline is, and what of a baseline and a run is about the directors that are asked for. */
import type { Comparison } from '../../reports/gate/document.ts';
import type { Result } from '../../reports/result.ts';
import { counted } from '../../statistics/number-text.ts';
import { ownDirector } from '../directors/index.ts';
import type { Baseline } from './baseline.ts';
import { SECTIONS, type Section } from './facts.ts';

/** How the key of a fact names a director, by section: the first group. Elsewhere it is this repository's own. */
const NAMED: Readonly<Partial<Record<Section | 'timings', RegExp>>> = {
  cases: /\((?:\S+ )?(\S+?)(?: \S+)?\)$/,
  fairness: / (\S+)\)$/,
  mutants: /, around (\S+)\)$/,
  timings: /([^/]+)$/,
};

export function directorOf(section: Section | 'timings', key: string): string {
  return NAMED[section]?.exec(key)?.[1] ?? ownDirector.name;
}

/** What it holds of some directors, or of all but some. */
export function baselineOf(baseline: Baseline, isWanted: (director: string) => boolean): Baseline {
  const own = <Value>(section: Section | 'timings', table: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(table).filter(([key]) => isWanted(directorOf(section, key))));
  const { timings } = baseline;
  return {
    ...baseline,
    ...(Object.fromEntries(SECTIONS.map((section) => [section, own(section, baseline[section])])) as Pick<
      Baseline,
      Section
    >),
    timings: { ...timings, benchmarks: own('timings', timings.benchmarks) },
  };
}

/** How many facts and timings it holds, by director. */
export function countsByDirector(baseline: Baseline): Map<string, number> {
  const names = [
    ...SECTIONS.flatMap((section) => Object.keys(baseline[section]).map((key) => directorOf(section, key))),
    ...Object.keys(baseline.timings.benchmarks).map((key) => directorOf('timings', key)),
  ];
  return new Map(
    Array.from(
      Map.groupBy(names, (name) => name),
      ([name, all]) => [name, all.length],
    ),
  );
}

/** A director that the baseline has and the run has not: said once, and not fact by fact. */
export function vanishedDirector(director: string, facts: number, { directors }: Result): Comparison {
  const known = directors.find(({ name }) => name === director);
  const why =
    known?.reason === undefined ? 'this run did not test it' : `it could not run here: ${known.reason}`;
  return {
    section: 'directors',
    key: director,
    director,
    answer: 'vanished',
    sentence: `the baseline holds ${counted(facts, 'fact')} of this director, and ${why}`,
  };
}
