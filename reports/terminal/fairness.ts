import { countedOf } from '../../statistics/number-text.ts';
import { columnsOf, cut, plain, wrap } from '../columns.ts';
import type { Result } from '../result.ts';
import type { FairnessResult } from '../result-figures.ts';
import { sampleSentences } from '../samples.ts';
import { type Situation, situationsOf } from '../situations.ts';
import { isProblem, SYMBOLS } from '../status.ts';
import { acrossModesTable, reasonsOf } from '../tables/across-modes.ts';
import { figuresTable, mappingTable, situationsTable } from '../tables/fairness.ts';
import { legendLines } from './matrix.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { tableLines } from './table.ts';

/** Figures of a situation that a table shows; the reports have all. */
const MOST_FIGURES = 5;

/**
 * How the load was shared: every situation at a glance, then the figures of the first one, and of
 * those in which something did not hold.
 */
export function fairnessSummary(result: Pick<Result, 'fairness'>, screen: Screen): string[][] {
  const situations = situationsOf(result);
  if (situations.length === 0) return [];
  const shown = situations.filter(
    ({ schedulers }, index) => index === 0 || schedulers.some(({ results }) => results.some(isProblem)),
  );
  return [
    situationLines(result, screen),
    ...shown.map((situation) => [
      `  ${screen.paint('bold', cut(plain(situation.title), screen.columns - 2))}`,
      ...tableLines(figuresTable(situation, { most: MOST_FIGURES }), screen),
    ]),
  ];
}

/** Every situation at a glance. */
export function situationLines(result: Pick<Result, 'fairness'>, screen: Screen): string[] {
  const situations = situationsOf(result);
  return situations.length === 0
    ? []
    : [...tableLines(situationsTable(situations), screen), ...legendLines(result.fairness, screen)];
}

/** What the figures of each scheduler say, situation by situation, and whether modes decide alike. */
export function fairnessInFull(result: Pick<Result, 'fairness' | 'acrossModes'>, screen: Screen): string[][] {
  return [
    ...situationsOf(result).map((situation) => conclusionLines(situation, screen)),
    acrossModesLines(result, screen),
  ];
}

/** Columns that what is said of a scheduler takes at least, beside its name. */
const FEWEST_OF_A_CONCLUSION = 30;

/** Results that say the same in several modes share an entry. */
interface Conclusion {
  readonly label: string;
  readonly modes: readonly string[];
  readonly result: FairnessResult;
  readonly text: string;
}

function conclusionLines(situation: Situation, screen: Screen): string[] {
  const { name, title, schedulers } = situation;
  const mapping = mappingTable(situation);
  const entries = schedulers.flatMap((own) => conclusionsOf(own));
  const width = (of: (entry: Conclusion) => string) => Math.max(...entries.map((one) => columnsOf(of(one))));
  const labelWidth = width(({ label }) => label);
  const modesWidth = width(({ modes }) => modes.join(' '));
  return [
    screen.paint('bold', cut(plain(`${name}: ${title}`), screen.columns)),
    ...sampleSentences(situation).flatMap((text) =>
      wrap(plain(text), screen.columns - 2).map((line) => `  ${line}`),
    ),
    ...(mapping ? tableLines(mapping, screen) : []),
    ...entries.flatMap(({ label, modes, result: { status, lab }, text }) => {
      const cells = [plain(label).padEnd(labelWidth), modes.join(' ').padEnd(modesWidth), lab.padEnd(6)];
      const head = `${cells.join('  ')}  `;
      const start = `  ${screen.paint(STATUS_STYLES[status], SYMBOLS[status])} `;
      const room = screen.columns - columnsOf(head) - 4;
      // On a narrow screen the text stands below.
      if (room < FEWEST_OF_A_CONCLUSION) {
        return [
          start + cut(head.trimEnd(), screen.columns - 4),
          ...wrap(plain(text), screen.columns - 6).map((line) => `      ${line}`),
        ];
      }
      return wrap(plain(text), room).map((line, index) =>
        index === 0 ? `${start}${head}${line}` : `    ${' '.repeat(columnsOf(head))}${line}`,
      );
    }),
  ];
}

function conclusionsOf({ label, results }: Situation['schedulers'][number]): Conclusion[] {
  const said = results.map((result) => ({
    result,
    text: isProblem(result) ? (result.reason ?? '') : result.conclusion,
  }));
  const groups = Map.groupBy(said, ({ result, text }) => [result.lab, result.status, text].join('\n'));
  return [...groups.values()].map((own) => ({
    label,
    modes: own.map(({ result }) => (result.sameInEveryMode === undefined ? result.mode : 'all')),
    ...(own[0] as (typeof own)[number]),
  }));
}

function acrossModesLines({ acrossModes }: Pick<Result, 'acrossModes'>, screen: Screen): string[] {
  if (acrossModes.length === 0) return [];
  const unlike = acrossModes.filter(({ alike }) => !alike);
  const alike = acrossModes.length - unlike.length;
  return [
    screen.paint(
      'bold',
      cut('across modes: which server was chosen, connection by connection', screen.columns),
    ),
    ...(alike > 0
      ? wrap(
          `${SYMBOLS.passed} alike in all modes: ${countedOf(alike, acrossModes.length, 'comparison')}`,
          screen.columns - 2,
        ).map((line) => `  ${line}`)
      : []),
    ...(unlike.length > 0 ? tableLines(acrossModesTable(unlike), screen) : []),
    ...reasonsOf(acrossModes).flatMap((reason) =>
      wrap(plain(reason), screen.columns - 2).map((line) => `  ${screen.paint('dim', line)}`),
    ),
  ];
}
