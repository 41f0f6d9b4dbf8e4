import { count } from '../../statistics/number-text.ts';
import { alignedFigures, figureLabel } from '../figures.ts';
import { duration, size } from '../format.ts';
import type { ScaleResult } from '../result-figures.ts';
import { type Table, tableOf } from '../table.ts';

/** Schedulers and connection table alone, in memory; `chosen` figures, or all. */
export function scaleTable(scale: readonly ScaleResult[], chosen?: readonly string[]): Table {
  const names = [...new Set(scale.flatMap(({ figures }) => Object.keys(figures)))];
  const columns = (chosen ?? names).map((figure) => {
    const texts = alignedFigures(scale.map(({ figures }) => figures[figure]));
    return {
      heading: figureLabel(figure),
      align: 'right',
      figure,
      cell: (_: ScaleResult, row: number) => texts[row],
    } as const;
  });
  return tableOf<ScaleResult>(
    [
      { heading: 'scheduler', cell: ({ scheduler }) => scheduler },
      { heading: 'connections', align: 'right', cell: ({ connections }) => count(connections) },
      { heading: 'servers', align: 'right', cell: ({ servers }) => count(servers) },
      { heading: 'took', align: 'right', cell: ({ durationMs }) => duration(durationMs) },
      { heading: 'each', align: 'right', cell: eachText },
      { heading: 'at once', align: 'right', cell: ({ peakConnections }) => count(peakConnections) },
      { heading: 'memory', align: 'right', cell: ({ memoryBytes }) => size(memoryBytes) },
      ...columns,
      { heading: 'digest', isCode: true, cell: ({ digest }) => digest },
    ],
    scale,
  );
}

function eachText({ durationMs, connections }: ScaleResult): string {
  return `${((durationMs * 1000) / connections).toFixed(2)} µs`;
}
