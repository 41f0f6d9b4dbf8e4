/** Whether schedulers decide alike in every mode. */
import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { count } from '../../statistics/number-text.ts';
import type { AcrossModes } from '../result-figures.ts';
import type { Status } from '../status.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

/** Whether each scheduler decides alike in all modes, given the same connections; `reasonsOf` says why where not. */
export function acrossModesTable(rows: readonly AcrossModes[]): Table {
  const modes = ALL_MODES.filter((mode) => rows.some(({ digests }) => digests[mode] !== undefined));
  const hasSituations = rows.some(({ situation }) => situation !== undefined);
  return tableOf<AcrossModes>(
    [
      { heading: 'scheduler', cell: ({ scheduler }) => scheduler },
      ...(hasSituations ? [{ heading: 'situation', cell: ({ situation }: AcrossModes) => situation }] : []),
      { heading: 'across modes', cell: alikeCell },
      ...modes.map(
        (mode): ColumnOf<AcrossModes> => ({
          heading: MODES[mode].label,
          isCode: true,
          cell: ({ digests }) => digests[mode]?.slice(0, DIGEST_LENGTH),
        }),
      ),
      { heading: 'connections', align: 'right', cell: ({ connections }) => count(connections) },
    ],
    rows,
  );
}

/** Enough of a digest to see that two are equal; the result file has all of it. */
const DIGEST_LENGTH = 8;

function alikeCell(row: AcrossModes): Cell {
  return { text: verdictOf(row), marks: [statusOf(row)] };
}

function statusOf({ alike, mustBeAlike, unlike }: AcrossModes): Status {
  if (alike) return 'passed';
  return mustBeAlike || unlike !== undefined ? 'failed' : 'shown';
}

function verdictOf(row: AcrossModes): string {
  if (row.alike) return 'alike';
  return statusOf(row) === 'failed' ? 'differs, but must not' : 'differs, as expected';
}

/** Schedulers that came out the same for one reason. */
export interface AcrossModesGroup {
  readonly status: Status;
  /** `alike`, or how they differ. */
  readonly verdict: string;
  readonly schedulers: readonly string[];
  /** Where not in every situation: which. */
  readonly situations: string;
  readonly reason: string;
}

/** What differs and must not first, then what is alike. */
export function acrossModesGroups(rows: readonly AcrossModes[]): AcrossModesGroup[] {
  const order: readonly Status[] = ['failed', 'passed', 'shown'];
  return [...Map.groupBy(rows, (row) => JSON.stringify([statusOf(row), row.reason])).values()]
    .map((own) => {
      const [first] = own as [AcrossModes, ...AcrossModes[]];
      return {
        status: statusOf(first),
        verdict: verdictOf(first),
        schedulers: [...new Set(own.map(({ scheduler }) => scheduler))],
        situations: situationsText(own, rows),
        reason: first.reason,
      };
    })
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

/** Names of few situations; of many how many they are; nothing where all rows are of one. */
function situationsText(own: readonly AcrossModes[], all: readonly AcrossModes[]): string {
  const names = [...new Set(own.flatMap(({ situation }) => situation ?? []))];
  const allNames = new Set(all.flatMap(({ situation }) => situation ?? []));
  if (names.length === 0 || allNames.size === 1) return '';
  return names.length <= FEW_SITUATIONS
    ? `Situations: ${names.join(', ')}`
    : `${names.length} of ${allNames.size} situations`;
}

const FEW_SITUATIONS = 4;

/** What blank digests mean, where there are some. */
export function blankDigestsText(rows: readonly AcrossModes[]): string | undefined {
  const modes = ALL_MODES.filter((mode) => rows.some(({ digests }) => digests[mode] !== undefined));
  const hasBlanks = rows.some(({ digests }) => modes.some((mode) => digests[mode] === undefined));
  return hasBlanks ? 'Blank: not played in that mode.' : undefined;
}

/**
 * Why schedulers must decide alike, or need not: each reason once, with the schedulers and situations it holds for; and
 * what blank cells of the table mean, where there are some.
 */
export function reasonsOf(rows: readonly AcrossModes[]): string[] {
  const blank = blankDigestsText(rows);
  return [
    ...sentencesBy(
      rows,
      ({ reason }) => reason,
      (names, reason) => `${names}: ${reason}`,
    ),
    ...predictionsOf(rows),
    ...(blank === undefined ? [] : [blank]),
  ];
}

/** In which comparisons modes differ just as was predicted, a sentence for each that predicted it. */
export function predictionsOf(rows: readonly AcrossModes[]): string[] {
  return sentencesBy(
    rows,
    ({ alike, asPredictedBy }) => (alike ? undefined : asPredictedBy),
    (names, predictor) => `${names}: every decision is the one that ${predictor} predicts for the mode.`,
  );
}

/** A sentence for each text that `textOf` gives for some rows, about these rows. */
function sentencesBy(
  rows: readonly AcrossModes[],
  textOf: (row: AcrossModes) => string | undefined,
  sentence: (names: string, text: string) => string,
): string[] {
  return [...Map.groupBy(rows, textOf)].flatMap(([text, own]) =>
    text === undefined ? [] : [sentence(namesIn(own, rows), text)],
  );
}

/** Situations, each with its schedulers where it is not all of them: `ended-by-server, crashed (wlc, nq)`. */
function namesIn(some: readonly AcrossModes[], all: readonly AcrossModes[]): string {
  return [...Map.groupBy(some, ({ situation }) => situation)]
    .map(([situation, own]) => {
      const schedulers = own.map(({ scheduler }) => scheduler).join(', ');
      if (situation === undefined) return schedulers;
      const isWhole = all.filter((row) => row.situation === situation).length === own.length;
      return isWhole ? situation : `${situation} (${schedulers})`;
    })
    .join(', ');
}
