/** What throughput comes to, as short as it can be said: each director’s figures, and their ratios without intervals. */
import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { comparedFigure } from '../compared-figure.ts';
import { measuredFigures, plainRatio } from '../format.ts';
import { flagged, isDisturbed } from '../noise.ts';
import type { ThroughputResult } from '../result-figures.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';
import { ratioIsDisturbed } from './throughput.ts';

/** One measure of a director in one mode, with what it reached of each reference. */
export interface Reached {
  readonly result: ThroughputResult;
  /** `114,950/s`, `1.59 ms` */
  readonly mean: string;
  readonly ratios: readonly { readonly reference: string; readonly text: string }[];
  /** Whether other processes used the machine while it or a reference was measured. */
  readonly isDisturbed: boolean;
}

/** Of directors under test only: what has ratios, in the order in which it was measured. */
export function reachedOf(throughput: readonly ThroughputResult[]): Reached[] {
  return throughput
    .map(comparedFigure)
    .filter(({ ratios }) => ratios.length > 0)
    .map((result) => ({
      result,
      mean: meanText(result),
      ratios: result.ratios.map(({ reference, ratio }) => ({ reference, text: plainRatio(ratio.value) })),
      isDisturbed:
        isDisturbed(result) ||
        result.ratios.some(({ reference }) => ratioIsDisturbed(result, reference, throughput)),
    }));
}

/** `365,262/s`, `1.59 ms`: the measure’s name says what there are so many of in a second. */
export function meanText({ geometricMean, unit }: ThroughputResult): string {
  const [text] = measuredFigures([geometricMean]);
  return unit.endsWith('/s') ? `${text}/s` : `${text} ${unit}`;
}

/** Modes in which a director was compared with a reference. */
export function modesOf(reached: readonly Reached[]): ThroughputResult['mode'][] {
  return ALL_MODES.filter((mode) => reached.some(({ result }) => result.mode === mode));
}

/** A row for each measure and mode, a column for each reference. */
export function reachedTable(reached: readonly Reached[]): Table {
  const severalDirectors = new Set(reached.map(({ result }) => result.director)).size > 1;
  const references = [...new Set(reached.flatMap(({ ratios }) => ratios.map(({ reference }) => reference)))];
  const director: ColumnOf<Reached> = { heading: 'through', cell: ({ result }) => result.director };
  return tableOf<Reached>(
    [
      { heading: 'throughput', cell: ({ result }) => result.measure },
      { heading: 'mode', cell: ({ result }) => MODES[result.mode].label },
      ...(severalDirectors ? [director] : []),
      {
        heading: 'geometric mean',
        align: 'right',
        cell: ({ mean, isDisturbed: noisy }) => flagged(mean, noisy),
      },
      ...references.map(
        (reference): ColumnOf<Reached> => ({
          heading: `÷ ${reference}`,
          align: 'right',
          cell: ({ ratios }) => ratios.find((one) => one.reference === reference)?.text,
        }),
      ),
    ],
    reached,
  );
}
