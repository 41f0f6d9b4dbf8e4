import { MODES } from '../../lab/modes.ts';
import { percent } from '../../statistics/number-text.ts';
import { cut, plain, wrap } from '../columns.ts';
import type { Result } from '../result.ts';
import type { ThroughputResult } from '../result-figures.ts';
import { microGroups, scaleTable } from '../tables/in-memory.ts';
import { killedText } from '../tables/mutants.ts';
import { type Measure, measuresOf, measureTable, notesOf, ratiosTable } from '../tables/throughput.ts';
import type { Screen } from './screen.ts';
import { tableLines, wideTableLines } from './table.ts';

/** What a terminal has room for of a run at scale. */
const SCALE_FIGURES = ['maxOverAverage', 'meanLoadVariation'];

/**
 * What each director under test reaches, and its ratio to each reference with its interval. What
 * has references of its own has a table of its own.
 */
export function throughputSummary({ throughput }: Pick<Result, 'throughput'>, screen: Screen): string[][] {
  const compared = throughput.filter(({ ratios }) => ratios.length > 0);
  const carried = compared.filter(({ unit }) => unit !== 'ns');
  const computed = compared.filter(({ unit }) => unit === 'ns');
  return [carried, computed].filter((own) => own.length > 0).map((own) => ratioLines(own, screen));
}

function ratioLines(own: readonly ThroughputResult[], screen: Screen): string[] {
  const confidence = own[0]?.ratios[0]?.ratio.confidence ?? 0;
  const note = `±: half the width of the ${percent(confidence)} confidence interval`;
  return [...tableLines(ratiosTable(own), screen), `  ${screen.paint('dim', cut(note, screen.columns - 2))}`];
}

/** Everything that was measured, a table for each measure. */
export function throughputInFull({ throughput }: Pick<Result, 'throughput'>, screen: Screen): string[][] {
  return measuresOf(throughput).map((measure) => measureLines(measure, screen));
}

function measureLines(measure: Measure, screen: Screen): string[] {
  const notes = [...measure.results.flatMap(ratioSentence), ...notesOf(measure)];
  return [
    screen.paint('bold', cut(plain(measure.title), screen.columns)),
    ...wideTableLines(measureTable(measure, ['latency', 'cpu']), screen, 2),
    ...notes.flatMap((note) => wrap(plain(note), screen.columns - 2).map((line) => `  ${line}`)),
  ];
}

/** `NAT ts: 0.98 of nft (0.95 to 1.01), 0.71 of forward (0.69 to 0.73); 95.0 % confidence` */
function ratioSentence({ mode, director, ratios }: ThroughputResult): string[] {
  const [first] = ratios;
  if (first === undefined) return [];
  const texts = ratios.map(
    ({ reference, ratio: { value, low, high } }) =>
      `${value.toFixed(2)} of ${reference} (${low.toFixed(2)} to ${high.toFixed(2)})`,
  );
  return [
    `${MODES[mode].label} ${director}: ${texts.join(', ')}; ${percent(first.ratio.confidence)} confidence`,
  ];
}

export function scaleLines({ scale }: Pick<Result, 'scale'>, screen: Screen): string[] {
  return scale.length === 0 ? [] : wideTableLines(scaleTable(scale, SCALE_FIGURES), screen, 1);
}

export function microLines({ micro = [] }: Pick<Result, 'micro'>, screen: Screen): string[][] {
  return microGroups(micro).map(({ table }) => tableLines(table, screen));
}

/** How many of the directors made wrong on purpose were killed, and which were not. */
export function mutantLines({ mutants }: Pick<Result, 'mutants'>, screen: Screen): string[] {
  if (mutants.length === 0) return [];
  const loose = mutants.filter(({ status }) => status !== 'killed');
  const mark = loose.length === 0 ? screen.paint('green', '✓') : screen.paint('red', '✗');
  return [
    `  ${mark} ${killedText(mutants)}`,
    ...loose.flatMap(({ id, sentence, status, expected }) =>
      wrap(
        plain(
          `${id} ${status === 'survived' ? 'survived' : 'was not tried'}: ${sentence} Meant to be killed by ${expected}.`,
        ),
        screen.columns - 4,
      ).map((line) => `    ${line}`),
    ),
  ];
}
