import { figure } from '../figures.ts';
import type { MicroFigure } from '../result-figures.ts';
import { type Table, tableOf } from '../table.ts';

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
