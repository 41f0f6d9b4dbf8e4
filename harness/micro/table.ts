/** Figures as a table that people read. */
import { type Figure, isMet } from './figure.ts';

const HEADINGS = ['', 'measured', 'reference', 'times', 'goal'];

export function renderFigures(figures: readonly Figure[]): string {
  const groups = [...new Set(figures.map(({ group }) => group))];
  return groups
    .map((group) =>
      renderGroup(
        group,
        figures.filter((figure) => figure.group === group),
      ),
    )
    .join('\n');
}

function renderGroup(group: string, figures: readonly Figure[]): string {
  const rows = [[group, ...HEADINGS.slice(1)], ...figures.map(row)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function row(figure: Figure): string[] {
  const { name, value, unit, reference, goal } = figure;
  return [
    reference === undefined ? name : `${name} (beside ${reference.name})`,
    `${number(value)} ${unit}`,
    reference === undefined ? '' : `${number(reference.value)} ${unit}`,
    reference === undefined || reference.value === 0 ? '' : number(value / reference.value),
    goal === undefined ? '' : `at most ${number(goal)} ${unit}: ${isMet(figure) ? 'met' : 'MISSED'}`,
  ];
}

function number(value: number): string {
  if (value === 0) return '0';
  if (value < 1) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
