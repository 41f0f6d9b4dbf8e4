/** A comparison as tables, the same for every way of showing it. */
import { FEWEST_FOR_INTERVAL } from '../../statistics/interval.ts';
import { count, counted } from '../../statistics/number-text.ts';
import { alignedFigures, figure, figureLabel, ratioText } from '../format.ts';
import { differencesOf } from '../machine.ts';
import { flagged, NOISE_SIGN } from '../noise.ts';
import type { CaseResult } from '../result.ts';
import { STATUSES } from '../status.ts';
import type { Cell, Table } from '../table.ts';
import { NOISE_SENTENCE } from '../tables/throughput-legend.ts';
import {
  ATTRIBUTES,
  type ComparedTiming,
  type FairnessRow,
  letter,
  type Row,
  type SideBySide,
  type TimingCell,
  UNSUPPORTED,
} from './document.ts';
import { profileSentence, sampleSizeSentence, sizesDiffer, turnsDiffer } from './sample-sizes.ts';

export interface Sheet {
  readonly title: string;
  readonly table: Table;
  /** How many columns say what a row is of; those after them hold a value for each column of the comparison. */
  readonly labels: number;
  /** What one has to know to read it, a sentence each. */
  readonly notes: readonly string[];
}

interface SheetOptions {
  /** Also what is the same in all columns. */
  readonly all: boolean;
}

/** Sheets without rows are left out, but for the first, which says what is compared. */
export function sheetsOf(compared: SideBySide, options: SheetOptions): Sheet[] {
  const others = [
    countSheet(compared),
    ...caseSheets(compared),
    ...fairnessSheets(compared, options),
    throughputSheet(compared),
  ];
  return [runSheet(compared), ...others.filter(({ table, notes }) => table.rows.length + notes.length > 0)];
}

function sheet(
  title: string,
  { labels, values }: { readonly labels: readonly string[]; readonly values: readonly string[] },
  rows: readonly (readonly (Cell | string)[])[],
  notes: readonly string[] = [],
): Sheet {
  const columns = [
    ...labels.map((heading, index) => ({ heading, isCode: index === 0 })),
    ...values.map((heading) => ({ heading, align: 'right' as const })),
  ];
  const cellOf = (cell: Cell | string) => (typeof cell === 'string' ? { text: cell } : cell);
  return {
    title,
    table: { columns, rows: rows.map((cells) => cells.map(cellOf)) },
    labels: labels.length,
    notes,
  };
}

function runSheet(compared: SideBySide): Sheet {
  const { runs } = compared;
  return sheet(
    'Runs',
    { labels: ['', 'run', 'version', 'verdict', 'profile', 'command', 'machine'], values: [] },
    runs.map(({ id, version, verdict, profile, command, machine }, i) => [
      letter(i),
      id,
      version,
      verdict,
      profile ?? '',
      command,
      `${machine.cpu}, ${counted(machine.cores, 'core')}, Linux ${machine.kernel}`,
    ]),
    [...profileSentence(compared), ...sampleSizeSentence(compared)],
  );
}

function countSheet({ columns, counts }: SideBySide): Sheet {
  const outcomes = counts.some(({ unsupported }) => unsupported > 0)
    ? ([...STATUSES, UNSUPPORTED] as const)
    : STATUSES;
  return sheet(
    'Cases',
    { labels: [''], values: outcomes },
    columns.map(({ label }, i) => [label, ...outcomes.map((outcome) => count(counts[i]?.[outcome] ?? 0))]),
  );
}

function caseSheets({ columns, cases }: SideBySide): Sheet[] {
  const { alike, different, partial } = cases;
  const caseSheet = (title: string, rows: readonly Row<string>[], notes: readonly string[]): Sheet =>
    sheet(
      title,
      { labels: ['case', ''], values: columns.map(({ label }) => label) },
      rows.map((row) => [row.key, row.title, ...row.values.map(statusCell)]),
      notes,
    );
  const nothingShared = partial.length > 0 && different.length + alike === 0;
  return [
    caseSheet('Cases that differ', different, [
      ...(alike > 0
        ? [
            counted(
              alike,
              'case has the same outcome in every column.',
              'cases have the same outcome in every column.',
            ),
          ]
        : []),
    ]),
    caseSheet('Cases that not every column has', partial, [
      ...(nothingShared
        ? [
            `No case is in every column: where the columns’ schedulers or labs differ, --by ${ATTRIBUTES.join(', --by ')} may help.`,
          ]
        : []),
    ]),
  ];
}

function statusCell(status: string | undefined): Cell | string {
  if (status === undefined) return '';
  if (status === UNSUPPORTED) return { text: status, emphasis: 'quiet' };
  return { text: '', marks: [status as CaseResult['status']] };
}

/** One for each situation in which something differs, or for each if all are wanted. */
function fairnessSheets({ columns, fairness }: SideBySide, { all }: SheetOptions): Sheet[] {
  const situations = [...Map.groupBy(fairness, ({ situation }) => situation)].map(([situation, own]) => {
    const rows = own.map((row) => [
      row.key.replace(/^fairness\//, '').replace(` ${row.figure}`, ''),
      figureLabel(row.figure),
      ...cells(row),
    ]);
    const shown = rows.filter(([, , ...values]) => all || new Set(values).size > 1);
    return { situation, shown, left: rows.length - shown.length, isOfSeveralSizes: own.some(sizesDiffer) };
  });
  const alike = situations.filter(({ shown }) => shown.length === 0).map(({ situation }) => situation);
  const sheets = situations.map(({ situation, shown, left, isOfSeveralSizes }) =>
    sheet(
      `Fairness: ${situation}`,
      { labels: ['', 'figure'], values: columns.map(({ label }) => label) },
      shown,
      [
        ...(isOfSeveralSizes ? ['N: connections that the figure is of.'] : []),
        ...(left > 0
          ? [
              `${counted(left, 'more figure is', 'more figures are')} the same in every column (--all shows them).`,
            ]
          : []),
      ],
    ),
  );
  return [
    ...sheets.filter(({ table }) => table.rows.length > 0),
    sheet(
      'Fairness, alike',
      { labels: [], values: [] },
      [],
      alike.length > 0 ? [`In every column the same: ${alike.join(', ')} (--all shows the figures).`] : [],
    ),
  ];
}

/** With as many decimals as it takes to tell them apart, where three do not. */
function cells(row: FairnessRow): string[] {
  const { values } = row;
  const aligned = alignedFigures(values);
  const differ = new Set(values).size > new Set(aligned).size;
  const texts = differ ? values.map((value) => (value === undefined ? '' : figure(value))) : aligned;
  return sizesDiffer(row)
    ? texts.map((text, i) => (text === '' ? '' : `${text} (N ${count(row.connections[i] ?? 0)})`))
    : texts;
}

function throughputSheet({ columns, throughput, runs }: SideBySide): Sheet {
  const [first, ...others] = runs;
  const unlike = others.flatMap(({ machine }, i) => {
    const differences = first === undefined ? [] : differencesOf(first.machine, machine);
    return differences.length === 0
      ? []
      : [
          `${letter(i + 1)} was measured on another machine than A (${differences.join(', ')}), so its timings are not compared with A’s.`,
        ];
  });
  return sheet(
    'Throughput, beside references that were measured in turns with it',
    { labels: ['measure', 'beside'], values: columns.map(({ label }) => label) },
    throughput.map((row) => [
      row.key,
      row.references.join(' '),
      ...row.cells.map((cell) => timingText(cell, row)),
    ]),
    throughput.length === 0
      ? []
      : [
          'Each is the director’s figure as a multiple of its references’ geometric mean, as a geometric mean over the turns, with its 95 % confidence interval (low–high) from 4 turns on; then how much better or worse it is than the first, where that is sure, all of them considered.',
          ...(throughput.some((row) => row.cells.some((cell) => cell?.isDisturbed))
            ? [`${NOISE_SIGN} ${NOISE_SENTENCE}`]
            : []),
          ...unlike,
        ],
  );
}

function timingText(cell: TimingCell | undefined, row: ComparedTiming): string {
  if (cell === undefined) return '';
  const { timing, against, isDisturbed } = cell;
  if (timing === undefined) return flagged(`${figure(cell.geometricMean)}, no ratio`, isDisturbed);
  const { ratio, low, high, turns } = timing;
  const text = ratioText({ value: ratio, low, high, samples: turns });
  const tellsTurns = turnsDiffer(row) && turns >= FEWEST_FOR_INTERVAL;
  const known = flagged(tellsTurns ? `${text} ${counted(turns, 'turn')}` : text, isDisturbed);
  if (against === undefined) return known;
  const { answer, quotient } = against;
  const times = `×${(row.higherIsBetter ? quotient.value : 1 / quotient.value).toFixed(2)}`;
  return `${known} ${answer === 'same' || answer === 'noisy' ? answer : `${times} ${answer}`}`;
}
