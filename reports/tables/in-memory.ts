/** What is measured in memory, without a network: schedulers at scale, and what parts of the director cost. */
import { count } from '../../statistics/number-text.ts';
import { alignedFigures, duration, figure, figureLabel, size } from '../format.ts';
import type { MicroFigure, ScaleResult } from '../result-figures.ts';
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

export interface MicroGroup {
  readonly name: string;
  readonly table: Table;
}

/** What parts of the director cost, each beside a reference. */
export function microGroups(micro: readonly MicroFigure[]): MicroGroup[] {
  return [...Map.groupBy(micro, ({ group }) => group)].map(([name, own]) => ({
    name,
    table: tableOf<MicroFigure>(
      [
        { heading: name, cell: nameText },
        { heading: 'measured', align: 'right', cell: ({ value, unit }) => `${figure(value)} ${unit}` },
        {
          heading: 'reference',
          align: 'right',
          cell: ({ reference, unit }) => reference && `${figure(reference.value)} ${unit}`,
        },
        { heading: 'times', align: 'right', cell: timesText },
        { heading: 'goal', cell: goalCell },
      ],
      own,
    ),
  }));
}

export function meetsGoal({ value, goal }: Pick<MicroFigure, 'value' | 'goal'>): boolean {
  return goal === undefined || value <= goal;
}

function nameText({ name, reference }: MicroFigure): string {
  return reference === undefined ? name : `${name} (beside ${reference.name})`;
}

function timesText({ value, reference }: MicroFigure): string {
  return reference === undefined || reference.value === 0 ? '' : figure(value / reference.value);
}

function goalCell(own: MicroFigure) {
  if (own.goal === undefined) return undefined;
  const isMet = meetsGoal(own);
  return {
    text: `at most ${figure(own.goal)} ${own.unit}: ${isMet ? 'met' : 'MISSED'}`,
    emphasis: isMet ? 'good' : 'bad',
  } as const;
}
