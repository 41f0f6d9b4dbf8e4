/** Directors beside each other: what each one passed, failed and does not support, by what cases are about. */
import type { CaseResult, Result } from '../result.ts';
import { MEANINGS, SYMBOLS, tally, worstStatus } from '../status.ts';
import { subjectOf } from '../suites.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

type Parts = Pick<Result, 'directors' | 'cases'>;

interface Group {
  readonly name: string;
  readonly cases: readonly CaseResult[];
}

/** Whether there is anything to set beside each other: several directors that could run, or one that declares what it does. */
export function hasDirectorTable({ directors, cases }: Parts): boolean {
  const ran = directors.filter(({ available }) => available);
  return cases.length > 0 && (ran.length > 1 || ran.some(({ features }) => features !== undefined));
}

/** @param hrefOf Where the evidence of a case is on the page. */
export function directorTable(result: Parts, hrefOf?: (item: CaseResult) => string): Table {
  const groups = [...Map.groupBy(result.cases, subjectOf)]
    .map(([name, cases]): Group => ({ name, cases }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const all: Group = { name: 'all', cases: result.cases };
  return tableOf<Group>(
    [
      { heading: 'cases', cell: ({ name }) => name },
      ...result.directors.map(
        ({ name, available, features }): ColumnOf<Group> => ({
          heading: name,
          cell: (group) => {
            if (!available) return { text: 'not run', emphasis: 'quiet' };
            const own = group.cases.filter(({ director }) => director === name);
            return cellOf(own, features, `${group.name} ${name}`, hrefOf);
          },
        }),
      ),
    ],
    [...groups, all],
  );
}

/** A row for each director: how many cases it passed, failed and does not support. */
export function directorSummary({ directors, cases }: Parts): Table {
  type Listed = Parts['directors'][number];
  const count = (
    heading: string,
    counts: (item: CaseResult, director: Listed) => boolean,
  ): ColumnOf<Listed> => ({
    heading,
    align: 'right',
    cell: (director) => {
      const own = cases.filter((item) => item.director === director.name && counts(item, director));
      return own.length === 0 ? { text: '0', emphasis: 'quiet' } : String(own.length);
    },
  });
  return tableOf<Listed>(
    [
      {
        heading: 'director',
        cell: ({ name, version }) => (version === undefined ? name : `${name} ${version}`),
      },
      count('passed', ({ status }) => status === 'passed'),
      count('failed', ({ status }) => status === 'failed'),
      count('not judged', ({ status }) => status === 'error'),
      count('unsupported', (item, { features }) => isUnsupported(item, features)),
      count('skipped', (item, { features }) => item.status === 'skipped' && !isUnsupported(item, features)),
    ],
    directors,
  );
}

/** What the signs of the table mean. */
export const DIRECTOR_LEGEND =
  '✓ passed, ✗ passed of those played, – unsupported: needs what the director does not declare, or skipped for another reason';

function cellOf(
  cases: readonly CaseResult[],
  features: readonly string[] | undefined,
  where: string,
  hrefOf: ((item: CaseResult) => string) | undefined,
): Cell {
  const worst = worstStatus(cases);
  if (worst === undefined) return { text: 'not run', emphasis: 'quiet' };
  const { held, judged } = tally(cases);
  const skipped = cases.filter(({ status }) => status === 'skipped');
  const unsupported = skipped.filter((item) => isUnsupported(item, features)).length;
  const others = skipped.length - unsupported;
  const passed = held === judged ? String(judged) : `${held} of ${judged}`;
  const text =
    judged === 0
      ? String(skipped.length)
      : passed + (skipped.length > 0 ? ` ${SYMBOLS.skipped} ${skipped.length}` : '');
  const said = [
    ...(judged > 0 ? [`${held} of ${judged} passed`] : []),
    ...(unsupported > 0 ? [`${unsupported} unsupported`] : []),
    ...(others > 0 ? [`${others} skipped`] : []),
  ];
  const first = cases.find(({ status }) => status === worst);
  return {
    text,
    marks: [worst],
    // What is read out has in it what is seen, or nobody could ask for the link by voice.
    label: `${where} ${text}: ${MEANINGS[worst]}, ${said.join(', ')}`,
    ...(hrefOf !== undefined && first !== undefined && { href: hrefOf(first) }),
  };
}

/** Whether a case was skipped because it needs what its director does not declare. */
export function isUnsupported(
  { status, needs = [] }: CaseResult,
  features: readonly string[] | undefined,
): boolean {
  return features !== undefined && status === 'skipped' && needs.some((name) => !features.includes(name));
}
