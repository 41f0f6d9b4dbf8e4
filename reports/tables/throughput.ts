import { MODES } from '../../lab/modes.ts';
import { percent } from '../../statistics/number-text.ts';
import { alignedFigures, duration, ratioText } from '../format.ts';
import type { ThroughputResult } from '../result-figures.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';

/** One measure of every director and reference in every mode. */
export interface Measure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly results: readonly ThroughputResult[];
}

/** What a report has room for besides the medians. */
type MeasureDetail = 'turns' | 'latency' | 'cpu' | 'ratios';

export function measuresOf(throughput: readonly ThroughputResult[]): Measure[] {
  return [...Map.groupBy(throughput, ({ measure }) => measure)].map(([id, results]) => {
    const { title = '', unit = '' } = results[0] ?? {};
    return { id, title, unit, results };
  });
}

/** Only what could be measured has a row, emphasised if it is a director’s and not a reference’s; `notesOf` says why the rest has none. */
export function measureTable({ unit, results }: Measure, details: readonly MeasureDetail[]): Table {
  const measured = results.filter(({ status }) => status === 'measured');
  const medians = alignedFigures(measured.map(({ median }) => median));
  const columns: Readonly<Record<MeasureDetail, readonly ColumnOf<ThroughputResult>[]>> = {
    turns: [{ heading: 'turns', align: 'right', cell: ({ samples }) => String(samples.length) }],
    latency: measured.some(({ latencyMs }) => latencyMs !== undefined) ? LATENCY : [],
    cpu: cpuColumns(measured),
    ratios: [
      {
        heading: 'ratio to references (interval)',
        cell: ({ ratios }) =>
          ratios.map(({ reference, ratio }) => `${reference}: ${ratioText(ratio)}`).join('; '),
      },
    ],
  };
  const table = tableOf<ThroughputResult>(
    [
      { heading: 'mode', cell: ({ mode }) => MODES[mode].label },
      { heading: 'through', cell: ({ director }) => director },
      { heading: `median (${unit})`, align: 'right', cell: (_, row) => medians[row] },
      ...details.flatMap((detail) => columns[detail]),
      { heading: 'limited by', cell: ({ bottleneck }) => bottleneck },
    ],
    measured,
  );
  const own = measured.flatMap(({ ratios }, row) => (ratios.length > 0 ? [row] : []));
  return { ...table, emphasised: new Set(own) };
}

/** What could not be measured, and what one has to know of what was: a sentence each. */
export function notesOf({ results }: Measure): string[] {
  return results.flatMap(({ mode, director, status, reason }) => {
    const name = `${MODES[mode].label} ${director}`;
    if (status === 'measured') return reason === undefined ? [] : [`${name}: ${reason}`];
    const words = status === 'error' ? 'could not be measured' : 'not measured';
    return [`${name} ${words}: ${reason ?? 'no reason was given'}`];
  });
}

const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));

const LATENCY: readonly ColumnOf<ThroughputResult>[] = [
  { heading: 'p50', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.p50) },
  { heading: 'p99', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.p99) },
  { heading: 'max', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.max) },
];

/** CPU time that each role took, as a share of one core. */
function cpuColumns(results: readonly ThroughputResult[]): ColumnOf<ThroughputResult>[] {
  const roles = [...new Set(results.flatMap(({ cpu }) => Object.keys(cpu)))];
  return roles.map((role) => ({
    heading: `CPU ${role}`,
    align: 'right',
    cell: ({ cpu }) => (cpu[role] === undefined ? '' : percent(cpu[role])),
  }));
}

/** Directors under test only, each with its ratio to every reference. */
export function ratiosTable(compared: readonly ThroughputResult[]): Table {
  const severalDirectors = new Set(compared.map(({ director }) => director)).size > 1;
  const references = [...new Set(compared.flatMap(({ ratios }) => ratios.map((one) => one.reference)))];
  return tableOf<ThroughputResult>(
    [
      { heading: 'throughput', cell: ({ measure }) => measure },
      { heading: 'mode', cell: ({ mode }) => MODES[mode].label },
      ...(severalDirectors
        ? [{ heading: 'through', cell: ({ director }: ThroughputResult) => director }]
        : []),
      { heading: 'median', align: 'right', cell: medianText },
      ...references.map(
        (reference): ColumnOf<ThroughputResult> => ({
          heading: `÷ ${reference}`,
          align: 'right',
          cell: ({ ratios }) => {
            const ratio = ratios.find((one) => one.reference === reference)?.ratio;
            return ratio && `${ratio.value.toFixed(2)} ±${((ratio.high - ratio.low) / 2).toFixed(2)}`;
          },
        }),
      ),
      { heading: 'limited by', cell: ({ bottleneck }) => bottleneck },
    ],
    compared,
  );
}

/** `365,262/s`, `1.59 ms`: the measure’s name says what there are so many of in a second. */
function medianText({ median, unit }: ThroughputResult): string {
  const [text] = alignedFigures([median]);
  return unit.endsWith('/s') ? `${text}/s` : `${text} ${unit}`;
}
