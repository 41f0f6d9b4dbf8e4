import { ALL_MODES, MODES } from '../lab/modes.ts';
import { alignedFigures } from './format.ts';
import type { Result } from './result.ts';
import type { FairnessResult } from './result-figures.ts';

/** Everything that was measured of fairness in one situation, such as servers of different speed. */
export interface Situation {
  readonly name: string;
  readonly title: string;
  /** Where what is asked of it comes from. */
  readonly source: string;
  readonly modes: readonly FairnessResult['mode'][];
  /** Why the mode makes no difference, where one result stands for all modes. */
  readonly sameInEveryMode?: string;
  /** Names of all figures that any result has, in the order in which they came. */
  readonly figures: readonly string[];
  readonly schedulers: readonly SchedulerInSituation[];
}

/** One scheduler (with its flags or its table’s size) of one director in a situation, in each mode in which it was tried. */
export interface SchedulerInSituation {
  /** `wrr`, `mh-4093-of-100`; with the director where there are several. */
  readonly label: string;
  readonly results: readonly FairnessResult[];
}

export function situationsOf({ fairness }: Pick<Result, 'fairness'>): Situation[] {
  const severalDirectors = new Set(fairness.map(({ director }) => director)).size > 1;
  const labelOf = ({ id, director }: FairnessResult) => {
    const name = id.slice(id.lastIndexOf('/') + 1);
    return severalDirectors ? `${name} ${director}` : name;
  };
  return [...Map.groupBy(fairness, ({ situation }) => situation)].map(([name, results]) => ({
    name,
    title: titleOf(name, results),
    source: results[0]?.source ?? '',
    modes: ALL_MODES.filter((mode) => results.some((one) => one.mode === mode)),
    ...sameInEveryModeOf(results),
    figures: [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))],
    schedulers: [...Map.groupBy(results, labelOf)].map(([label, own]) => ({ label, results: own })),
  }));
}

function sameInEveryModeOf([first, ...others]: readonly FairnessResult[]): { sameInEveryMode?: string } {
  const reason = first?.sameInEveryMode;
  return reason !== undefined && others.every(({ sameInEveryMode }) => sameInEveryMode === reason)
    ? { sameInEveryMode: reason }
    : {};
}

/** In which mode a result was made, for people: `NAT`; `all modes` where it stands for all. */
export function modeLabel({ mode, sameInEveryMode }: FairnessResult): string {
  return sameInEveryMode === undefined ? MODES[mode].label : 'all modes';
}

/** The results’ own title; the situation’s name where each has another. */
function titleOf(name: string, results: readonly FairnessResult[]): string {
  const titles = [...new Set(results.map(({ title }) => title))];
  if (titles.length === 1 && titles[0] !== undefined) return titles[0];
  const words = name.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** A figure of a situation, one text for each scheduler, all with the same decimals. Where modes differ it has all values. */
export function figureTexts({ schedulers }: Situation, name: string): string[] {
  const texts = alignedFigures(
    schedulers.flatMap(({ results }) => results.map(({ figures }) => figures[name])),
  );
  let at = 0;
  return schedulers.map(({ results }) => {
    const own = texts.slice(at, at + results.length);
    at += results.length;
    return new Set(own).size <= 1 ? (own[0] ?? '') : own.map((text) => text || '–').join('/');
  });
}
