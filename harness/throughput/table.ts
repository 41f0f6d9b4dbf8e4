/** Throughput results as tables for a terminal: one for each measure, and under it what they say. */
import { alignedFigures } from '../../reports/figures.ts';
import { duration } from '../../reports/format.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import type { Screen } from '../../reports/terminal/screen.ts';
import { type Column, table } from '../../reports/terminal/table.ts';
import { percent } from '../../statistics/number-text.ts';

export function throughputTables(screen: Screen, results: readonly ThroughputResult[]): string {
  const measures = [...Map.groupBy(results, ({ measure }) => measure).values()];
  return measures.map((own) => `${measureTable(screen, own).join('\n')}\n`).join('\n');
}

interface Row {
  readonly result: ThroughputResult;
  readonly median: string;
}

function measureTable(screen: Screen, results: readonly ThroughputResult[]): string[] {
  const { title = '', unit = '' } = results[0] ?? {};
  const measured = results.filter(({ status }) => status === 'measured');
  const medians = alignedFigures(measured.map(({ median }) => median));
  const rows = measured.map((result, i): Row => ({ result, median: medians[i] ?? '' }));
  return [
    screen.paint('bold', `${title} (${unit})`),
    ...table(screen, columnsFor(measured), rows, 2),
    ...measured.flatMap(ratioLines),
    ...results.filter(({ reason }) => reason !== undefined).map(reasonLine),
  ];
}

const ROLES = ['generator', 'director', 'server', 'others'];

function columnsFor(results: readonly ThroughputResult[]): Column<Row>[] {
  const latency: Column<Row> = { heading: 'p50 / p99 / max', value: latencyText };
  return [
    { heading: '', value: ({ result }) => result.mode },
    { heading: '', value: ({ result }) => result.director },
    { heading: 'median', align: 'right', value: ({ median }) => median },
    ...(results.some(({ latencyMs }) => latencyMs !== undefined) ? [latency] : []),
    ...ROLES.map(
      (role): Column<Row> => ({ heading: role, align: 'right', value: (row) => cpuText(row, role) }),
    ),
    { heading: 'held back by', value: ({ result }) => result.bottleneck },
  ];
}

function latencyText({ result: { latencyMs } }: Row): string {
  if (latencyMs === undefined) return '';
  return [latencyMs.p50, latencyMs.p99, latencyMs.max].map(duration).join(' / ');
}

/** Share of one core. */
function cpuText({ result }: Row, role: string): string {
  const share = result.cpu[role];
  return share === undefined ? '' : `${Math.round(share * 100)} %`;
}

/** `nat ts: 0.98 of nft (0.95 to 1.01), 0.71 of forward (0.69 to 0.73); with 95.0 % confidence` */
function ratioLines({ mode, director, ratios }: ThroughputResult): string[] {
  const [first] = ratios;
  if (first === undefined) return [];
  const texts = ratios.map(({ reference, ratio: { value, low, high } }) => {
    return `${value.toFixed(2)} of ${reference} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  });
  return [`  ${mode} ${director}: ${texts.join(', ')}; with ${percent(first.ratio.confidence)} confidence`];
}

function reasonLine({ mode, director, status, reason }: ThroughputResult): string {
  return `  ${mode} ${director}: ${status === 'measured' ? '' : `${status}, `}${reason}`;
}
