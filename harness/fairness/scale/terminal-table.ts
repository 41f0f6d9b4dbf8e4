/** Results of runs at scale as a table that people read in a terminal. */
import { duration, size } from '../../../reports/format.ts';
import type { ScaleResult } from '../../../reports/result-figures.ts';
import { count } from '../../../statistics/number-text.ts';

const HEADINGS = [
  'scheduler',
  'connections',
  'servers',
  'time',
  'each',
  'most in table',
  'memory',
  'max/avg',
  'Jain',
  'load CV',
  'digest',
];

export function scaleTable(results: readonly ScaleResult[]): string {
  const rows = [HEADINGS, ...results.map(row)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((cells) => (cells[column] as string).length)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => pad(cell, widths[column] as number, column))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === HEADINGS.length - 1 ? cell.padEnd(width) : cell.padStart(width);
}

function row(result: ScaleResult): string[] {
  const { scheduler, connections, servers, durationMs, peakConnections, memoryBytes, figures, digest } =
    result;
  const figure = (name: string, digits: number) => (figures[name] ?? 0).toFixed(digits);
  return [
    scheduler,
    count(connections),
    count(servers),
    duration(durationMs),
    `${((durationMs * 1000) / connections).toFixed(2)} µs`,
    count(peakConnections),
    size(memoryBytes),
    figure('maxOverAverage', 3),
    figure('jainIndex', 4),
    figure('meanLoadVariation', 3),
    digest,
  ];
}
