import { MODES } from '../../lab/modes.ts';
import { counted } from '../../statistics/number-text.ts';
import { cut, plain, wrap } from '../columns.ts';
import { comparedFigure } from '../compared-figure.ts';
import type { Result } from '../result.ts';
import type { ThroughputResult } from '../result-figures.ts';
import { floodsTable, floodText } from '../tables/floods.ts';
import { AREAS_LEGEND, areasTable, generatedText, idleCases, livingOf } from '../tables/generated-mutants.ts';
import { microGroups, scaleTable } from '../tables/in-memory.ts';
import { killedText } from '../tables/mutants.ts';
import {
  flaggedRatio,
  type Measure,
  measuresOf,
  measureTable,
  notesOf,
  ratiosTable,
} from '../tables/throughput.ts';
import { fullLegend, meaningText, ratioLegend } from '../tables/throughput-legend.ts';
import type { Screen } from './screen.ts';
import { tableLines, wideTableLines } from './table.ts';

/** Living mutants that are shown one by one; the reports have all. */
const SHOWN_LIVING = 20;
/** Lines of a change that are shown. */
const SHOWN_CHANGE = 3;

/** Columns that say what a row of ratios is of: measure and mode. */
const LABELS = 2;

/** What a terminal has room for of a run at scale. */
const SCALE_FIGURES = ['maxOverAverage', 'meanLoadVariation'];

/**
 * What each director under test reaches, and its ratio to each reference with its interval. What
 * has references of its own has a table of its own.
 */
export function throughputSummary({ throughput }: Pick<Result, 'throughput'>, screen: Screen): string[][] {
  const compared = throughput.filter((one) => comparedFigure(one).ratios.length > 0);
  const carried = compared.filter(({ unit }) => unit !== 'ns');
  const computed = compared.filter(({ unit }) => unit === 'ns');
  return [carried, computed]
    .filter((own) => own.length > 0)
    .map((own) => ratioLines(own, throughput, screen));
}

function ratioLines(
  own: readonly ThroughputResult[],
  all: readonly ThroughputResult[],
  screen: Screen,
): string[] {
  const beside = all.filter(({ measure }) => own.some((one) => one.measure === measure));
  const legend = ratioLegend(own, beside);
  return [
    ...wideTableLines(ratiosTable(own, all), screen, LABELS),
    ...noteLines(legend.map(meaningText), screen),
  ];
}

function noteLines(notes: readonly string[], screen: Screen): string[] {
  return notes.flatMap((note) =>
    wrap(plain(note), screen.columns - 2).map((line) => `  ${screen.paint('dim', line)}`),
  );
}

/** What floods did to established connections and to the director. */
export function floodLines({ floods = [] }: Pick<Result, 'floods'>, screen: Screen): string[] {
  if (floods.length === 0) return [];
  return [
    ...tableLines(floodsTable(floods), screen),
    ...noteLines(
      floods.map((one) => `${floodText(one)}.`),
      screen,
    ),
  ];
}

/** Everything that was measured, a table for each measure. */
export function throughputInFull({ throughput }: Pick<Result, 'throughput'>, screen: Screen): string[][] {
  if (throughput.length === 0) return [];
  return [
    ...measuresOf(throughput).map((measure) => measureLines(measure, screen)),
    noteLines(fullLegend(throughput).map(meaningText), screen),
  ];
}

function measureLines(measure: Measure, screen: Screen): string[] {
  const notes = [
    ...measure.results.map(comparedFigure).flatMap((one) => ratioSentence(one, measure.results)),
    ...notesOf(measure),
  ];
  return [
    screen.paint('bold', cut(plain(measure.title), screen.columns)),
    ...wideTableLines(measureTable(measure, ['latency', 'cpu']), screen, 2),
    ...notes.flatMap((note) => wrap(plain(note), screen.columns - 2).map((line) => `  ${line}`)),
  ];
}

/** `NAT ts: 0.98 (0.95–1.01) of nft, 0.71 (0.69–0.73) of forward` */
function ratioSentence(own: ThroughputResult, all: readonly ThroughputResult[]): string[] {
  if (own.ratios.length === 0) return [];
  const texts = own.ratios.map(
    ({ reference, ratio }) => `${flaggedRatio(own, reference, ratio, all)} of ${reference}`,
  );
  return [`${MODES[own.mode].label} ${own.director}: ${texts.join(', ')}`];
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
    ...loose.flatMap(({ id, director, sentence, status, expected, killedBy: [why] }) =>
      wrap(
        plain(
          `${id}${director === undefined ? '' : ` around ${director}`} ${status === 'survived' ? 'survived' : 'was not tried'}: ${sentence} Meant to be killed by ${expected}.${status === 'error' && why !== undefined ? ` ${why.message}.` : ''}`,
        ),
        screen.columns - 4,
      ).map((line) => `    ${line}`),
    ),
  ];
}

/** What became of generated mutants, by area, and the first of those that no case killed. */
export function generatedLines({ generated }: Pick<Result, 'generated'>, screen: Screen): string[] {
  if (generated === undefined) return [];
  const living = livingOf(generated);
  const idle = idleCases(generated);
  const mark = living.length === 0 ? screen.paint('green', '✓') : screen.paint('red', '✗');
  const more = living.length - SHOWN_LIVING;
  const sentence = (text: string) => wrap(plain(text), screen.columns - 2).map((line) => `  ${line}`);
  return [
    ...tableLines(areasTable(generated), screen),
    ...noteLines(AREAS_LEGEND, screen),
    ...living
      .slice(0, SHOWN_LIVING)
      .flatMap(({ file, line, operator, before, after, status }) => [
        ...sentence(`director/${file}:${line} ${operator}${status === 'uncovered' ? ', in no case' : ''}`),
        ...changeLines('-', before).map((text) => screen.paint('red', cut(text, screen.columns))),
        ...changeLines('+', after).map((text) => screen.paint('green', cut(text, screen.columns))),
      ]),
    ...(more > 0
      ? sentence(`and ${counted(more, 'more that is', 'more that are')} alive: see the report`)
      : []),
    ...(idle.length > 0
      ? sentence(`${counted(idle.length, 'case')} killed none of those tried on them: see the report`)
      : []),
    ...wrap(plain(generatedText(generated)), screen.columns - 4).map(
      (line, index) => `  ${index === 0 ? mark : ' '} ${line}`,
    ),
  ];
}

function changeLines(sign: string, change: string): string[] {
  const lines = change.split('\n').map((line) => `    ${sign} ${plain(line.trim())}`);
  return lines.length <= SHOWN_CHANGE ? lines : [...lines.slice(0, SHOWN_CHANGE), `    ${sign} …`];
}
