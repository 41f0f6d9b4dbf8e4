import { MODES } from '../../lab/modes.ts';
import { counted, percent } from '../../statistics/number-text.ts';
import { comparedFigure } from '../compared-figure.ts';
import { duration, measuredFigures, ratioText } from '../format.ts';
import { flagged, isDisturbed } from '../noise.ts';
import type { Interval, ThroughputResult } from '../result-figures.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';

/** One measure of every director and reference in every mode. */
export interface Measure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly results: readonly ThroughputResult[];
}

/** What a report has room for besides the geometric means; CPU time by role, or in one column. */
type MeasureDetail = 'turns' | 'latency' | 'cpu by role' | 'cpu' | 'ratios';

export function measuresOf(throughput: readonly ThroughputResult[]): Measure[] {
  return [...Map.groupBy(throughput, ({ measure }) => measure)].map(([id, results]) => {
    const { title = '', unit = '' } = results[0] ?? {};
    return { id, title, unit, results };
  });
}

/** Only what could be measured has a row, emphasised if it is a director’s and not a reference’s; `notesOf` says why the rest has none. */
export function measureTable({ unit, results }: Measure, details: readonly MeasureDetail[]): Table {
  const measured = results.filter(({ status }) => status === 'measured');
  const compared = measured.map(comparedFigure);
  const means = measuredFigures(compared.map(({ geometricMean }) => geometricMean));
  const answered = measuredFigures(measured.map(({ geometricMean }) => geometricMean));
  const rateIsGiven = measured.some(({ medianLatencyMs }) => medianLatencyMs !== undefined);
  const columns: Readonly<Record<MeasureDetail, readonly ColumnOf<ThroughputResult>[]>> = {
    turns: [{ heading: 'turns', align: 'right', cell: ({ samples }) => String(turnsOf(samples)) }],
    latency: measured.some(({ latencyMs }) => latencyMs !== undefined) ? LATENCY : [],
    'cpu by role': cpuColumns(measured),
    cpu: [{ heading: 'CPU, of one core', wraps: true, cell: cpuText }],
    ratios: [
      {
        heading: 'ratio to references (interval)',
        cell: (own) =>
          own.ratios
            .map(({ reference, ratio }) => `${reference}: ${flaggedRatio(own, reference, ratio, measured)}`)
            .join('; '),
      },
    ],
  };
  const table = tableOf<ThroughputResult>(
    [
      { heading: 'mode', cell: ({ mode }) => MODES[mode].label },
      { heading: 'through', cell: ({ director }) => director },
      {
        heading: rateIsGiven ? 'median latency, geometric mean (ms)' : `geometric mean (${unit})`,
        align: 'right',
        cell: (one, row) => flagged(means[row] ?? '', isDisturbed(one)),
      },
      ...(rateIsGiven
        ? [
            {
              heading: `answered (${unit})`,
              align: 'right',
              cell: (_, row) => answered[row],
            } as const satisfies ColumnOf<ThroughputResult>,
          ]
        : []),
      ...details.filter((detail) => !isCpu(detail)).flatMap((detail) => columns[detail]),
      { heading: 'limited by', cell: ({ bottleneck }) => bottleneck },
      ...(measured.some(({ lost }) => lost !== undefined) ? [LOST] : []),
      ...details.filter(isCpu).flatMap((detail) => columns[detail]),
    ],
    compared,
  );
  const own = compared.flatMap(({ ratios }, row) => (ratios.length > 0 ? [row] : []));
  return { ...table, emphasised: new Set(own) };
}

/** What could not be measured, and what one has to know of what was: a sentence each. */
export function notesOf({ results }: Pick<Measure, 'results'>): string[] {
  return results.flatMap((one) => {
    const { mode, director, status, reason } = one;
    const name = `${MODES[mode].label} ${director}`;
    if (status === 'measured') {
      const told = reason === undefined ? [] : [flagged(`${name}: ${reason}`, isDisturbed(one))];
      return [...told, ...missingTurns(comparedFigure(one), results.map(comparedFigure))];
    }
    const words = status === 'error' ? 'could not be measured' : 'not measured';
    return [`${name} ${words}: ${reason ?? 'no reason was given'}`];
  });
}

/** CPU time stands last: it is what a narrow page or screen shows last. */
function isCpu(detail: MeasureDetail): boolean {
  return detail === 'cpu' || detail === 'cpu by role';
}

function turnsOf(samples: readonly number[]): number {
  return samples.filter((value) => value > 0).length;
}

/** Ratios that come from fewer turns than the values beside them, and so do not follow from these. */
function missingTurns(own: ThroughputResult, results: readonly ThroughputResult[]): string[] {
  return own.ratios.flatMap(({ reference, ratio: { samples } }) => {
    const turns = turnsOf(own.samples);
    const beside = results.find((one) => one.mode === own.mode && one.director === reference);
    const most = Math.max(turns, turnsOf(beside?.samples ?? []));
    return samples >= most
      ? []
      : [
          `${MODES[own.mode].label} ${own.director} ÷ ${reference}: nothing came through in some turns; the ratio is of the ${counted(samples, 'turn')} in which both gave something.`,
        ];
  });
}

/** Whether one of the two was measured while others used the machine. */
export function ratioIsDisturbed(
  own: ThroughputResult,
  reference: string,
  results: readonly ThroughputResult[],
): boolean {
  return results.some(
    (one) =>
      one.measure === own.measure &&
      one.mode === own.mode &&
      [own.director, reference].includes(one.director) &&
      isDisturbed(one),
  );
}

export function flaggedRatio(
  own: ThroughputResult,
  reference: string,
  ratio: Interval,
  results: readonly ThroughputResult[],
): string {
  return flagged(ratioText(ratio), ratioIsDisturbed(own, reference, results));
}

const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));

/** `link 12 %, inside 3 %`: who dropped frames that were too many. */
const LOST: ColumnOf<ThroughputResult> = {
  heading: 'frames lost',
  cell: ({ lost }) => lost && `link ${percent(lost.onLink)}, inside ${percent(lost.inside)}`,
};

const LATENCY: readonly ColumnOf<ThroughputResult>[] = [
  { heading: 'p50', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.p50) },
  { heading: 'p99', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.p99) },
  { heading: 'max', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.max) },
];

/** CPU time that each role took, as a share of one core. */
function cpuColumns(results: readonly ThroughputResult[]): ColumnOf<ThroughputResult>[] {
  const roles = [...new Set(results.flatMap(({ cpu }) => Object.keys(cpu)))];
  return roles.map((role) => ({
    heading: `CPU ${role}, of one core`,
    align: 'right',
    cell: ({ cpu }) => (cpu[role] === undefined ? '' : percent(cpu[role])),
  }));
}

/** `generator 0.71, director 1.00` */
function cpuText({ cpu }: ThroughputResult): string {
  return Object.entries(cpu)
    .map(([role, share]) => `${role} ${share.toFixed(2)}`)
    .join(', ');
}

/**
 * Directors under test only, each with its ratio to every reference.
 *
 * @param all Results of the references too: one that was disturbed makes a ratio unreliable.
 */
export function ratiosTable(own: readonly ThroughputResult[], all: readonly ThroughputResult[]): Table {
  const compared = own.map(comparedFigure);
  const severalDirectors = new Set(compared.map(({ director }) => director)).size > 1;
  const references = [...new Set(compared.flatMap(({ ratios }) => ratios.map((one) => one.reference)))];
  return tableOf<ThroughputResult>(
    [
      { heading: 'throughput', cell: ({ measure }) => measure },
      { heading: 'mode', cell: ({ mode }) => MODES[mode].label },
      ...(severalDirectors
        ? [{ heading: 'through', cell: ({ director }: ThroughputResult) => director }]
        : []),
      { heading: 'geometric mean', align: 'right', cell: meanText },
      ...references.map(
        (reference): ColumnOf<ThroughputResult> => ({
          heading: `÷ ${reference}`,
          align: 'right',
          cell: (one) => {
            const ratio = one.ratios.find((other) => other.reference === reference)?.ratio;
            return ratio && flaggedRatio(one, reference, ratio, all);
          },
        }),
      ),
      { heading: 'limited by', cell: ({ bottleneck }) => bottleneck },
    ],
    compared,
  );
}

/** `365,262/s`, `1.59 ms`: the measure’s name says what there are so many of in a second. */
function meanText(one: ThroughputResult): string {
  const { geometricMean, unit } = one;
  const [text] = measuredFigures([geometricMean]);
  return flagged(unit.endsWith('/s') ? `${text}/s` : `${text} ${unit}`, isDisturbed(one));
}
