import { percent } from '../../statistics/number-text.ts';
import { cut } from '../columns.ts';
import { alignedFigures } from '../figures.ts';
import type { Result } from '../result.ts';
import type { ThroughputResult } from '../result-figures.ts';
import type { Screen } from './screen.ts';
import { type Column, table } from './table.ts';

/**
 * What each director under test reaches, and its ratio to each reference with half the interval that holds the truth. What
 * has references of its own has a table of its own.
 */
export function throughputTables({ throughput }: Pick<Result, 'throughput'>, screen: Screen): string[][] {
  const compared = throughput.filter(({ ratios }) => ratios.length > 0);
  const carried = compared.filter(({ unit }) => unit !== 'ns');
  const computed = compared.filter(({ unit }) => unit === 'ns');
  return [throughputTable(carried, screen), throughputTable(computed, screen)];
}

function throughputTable(rows: readonly ThroughputResult[], screen: Screen): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const hasDirectors = rows.some(({ director }) => director !== first.director);
  const references = [...new Set(rows.flatMap(({ ratios }) => ratios.map(({ reference }) => reference)))];
  const columns = references.map((reference): Column<ThroughputResult> => {
    const ratioOf = ({ ratios }: ThroughputResult) =>
      ratios.find((one) => one.reference === reference)?.ratio;
    return {
      heading: `÷ ${reference}`,
      align: 'right',
      value: (row) => {
        const ratio = ratioOf(row);
        return ratio ? `${ratio.value.toFixed(2)} ±${((ratio.high - ratio.low) / 2).toFixed(2)}` : '';
      },
    };
  });
  const lines = table<ThroughputResult>(
    screen,
    [
      { heading: 'throughput', value: ({ measure }) => measure },
      { heading: 'mode', value: ({ mode }) => mode },
      ...(hasDirectors ? [{ heading: 'through', value: ({ director }: ThroughputResult) => director }] : []),
      { heading: 'median', align: 'right', value: medianText },
      ...columns,
      { heading: 'limit', value: ({ bottleneck }) => bottleneck },
    ],
    rows,
    2,
  );
  const confidence = first.ratios[0]?.ratio.confidence ?? 0;
  const note = `±: the truth lies within with ${percent(confidence)} confidence`;
  return [...lines, `  ${screen.paint('dim', cut(note, screen.columns - 2))}`];
}

/** `365,262/s`, `1.59 ms`: the measure’s name says what there are so many of in a second. */
function medianText({ median, unit }: ThroughputResult): string {
  const [text] = alignedFigures([median]);
  return unit.endsWith('/s') ? `${text}/s` : `${text} ${unit}`;
}
