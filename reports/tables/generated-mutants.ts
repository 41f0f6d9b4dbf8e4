/** Mutants generated from the sources: a row for each area of the director, and those that no case killed. */
import { count, countedOf, percent } from '../../statistics/number-text.ts';
import type { GeneratedMutant, GeneratedMutants } from '../result-generated.ts';
import { type Table, tableOf } from '../table.ts';

interface Score {
  readonly drawn: number;
  readonly killed: number;
  /** Of the killed: those that did not end. */
  readonly endless: number;
  readonly equivalent: number;
  readonly survived: number;
  readonly uncovered: number;
  readonly unreachable: number;
  /** Of all but those out of reach: those that were tried as running directors. */
  readonly running: number;
  /** Those that had to be killed: neither equivalent nor out of reach. */
  readonly mortal: number;
}

export function scoreOf(mutants: readonly GeneratedMutant[]): Score {
  const of = (status: GeneratedMutant['status']) => mutants.filter((one) => one.status === status).length;
  const [killed, survived, uncovered] = [of('killed'), of('survived'), of('uncovered')];
  return {
    drawn: mutants.length,
    killed,
    endless: mutants.filter(({ killedBy }) => killedBy?.kind === 'endless').length,
    equivalent: of('equivalent'),
    survived,
    uncovered,
    unreachable: of('unreachable'),
    running: mutants.filter(({ isRunning }) => isRunning).length,
    mortal: killed + survived + uncovered,
  };
}

interface AreaRow extends Score {
  readonly area: string;
  readonly lines: number;
}

/** What became of the mutants, by area of the director; the last row is all of them. */
export function areasTable({ mutants, lines }: GeneratedMutants): Table {
  const areas = Object.entries(lines).map(
    ([area, own]): AreaRow => ({
      area,
      lines: own,
      ...scoreOf(mutants.filter((one) => one.area === area)),
    }),
  );
  const total = Object.values(lines).reduce((sum, own) => sum + own, 0);
  const rows = [...areas, { area: 'all', lines: total, ...scoreOf(mutants) }];
  const number = (heading: string, of: (row: AreaRow) => number) =>
    ({ heading, align: 'right', cell: (row: AreaRow) => count(of(row)) }) as const;
  return tableOf<AreaRow>(
    [
      { heading: 'area', cell: ({ area }) => area },
      number('lines', (row) => row.lines),
      number('drawn', (row) => row.drawn),
      number('running', (row) => row.running),
      number('killed', (row) => row.killed),
      number('endless', (row) => row.endless),
      number('equivalent', (row) => row.equivalent),
      number('alive', (row) => row.survived),
      number('in no case', (row) => row.uncovered),
      number('out of reach', (row) => row.unreachable),
      {
        heading: 'score',
        align: 'right',
        cell: ({ killed, mortal }) => (mortal === 0 ? '–' : percent(killed / mortal)),
      },
    ],
    rows,
  );
}

export const AREAS_LEGEND: readonly string[] = [
  'lines: lines of code that a mistake can be made on; areas are drawn from in this proportion.',
  'running: those that no director in memory shows, tried as directors that run.',
  'endless: of the killed, those that a case had to be stopped in.',
  'equivalent: alive, but nothing can tell it from the right director (gate/equivalent-mutants.json).',
  'alive: cases run the changed code and all hold. In no case: no case runs it. Out of reach: it is no part of a director in memory, and was not tried running (--namespaces).',
  'score: killed, of those that are neither equivalent nor out of reach.',
];

/** Those that a case should have killed, in the order of the sources. */
export function livingOf({ mutants }: GeneratedMutants): GeneratedMutant[] {
  return mutants.filter(({ status }) => status === 'survived' || status === 'uncovered');
}

/** Those that no case killed, with what was changed. */
export function livingTable(living: readonly GeneratedMutant[]): Table {
  return tableOf<GeneratedMutant>(
    [
      { heading: 'where', isCode: true, cell: ({ file, line }) => `${file}:${line}` },
      { heading: 'mistake', cell: ({ operator }) => operator },
      { heading: 'right', isCode: true, cell: ({ before }) => before },
      { heading: 'wrong', isCode: true, cell: ({ after }) => after },
      {
        heading: 'cases that it makes a difference in',
        align: 'right',
        cell: ({ status, cases }) => (status === 'uncovered' ? 'none' : count(cases)),
      },
    ],
    living,
  );
}

/** Cases that were tried on mutants and killed none: candidates to be looked at. */
export function idleCases({ cases }: GeneratedMutants): GeneratedMutants['cases'] {
  return cases.filter(({ tried, killed }) => tried > 0 && killed === 0);
}

/** `870 of 1,000 generated mutants were killed` */
export function generatedText({ mutants }: GeneratedMutants): string {
  const { killed, mortal } = scoreOf(mutants);
  const share = mortal === 0 ? '' : ` (${percent(killed / mortal)})`;
  return `${countedOf(killed, mortal, 'generated mutant that had to be was', 'generated mutants that had to be were')} killed${share}`;
}
