import type { CaseResult, Result } from '../result.ts';
import { MEANINGS } from '../status.ts';
import { type Suite, suiteKey, suitesOf } from '../suites.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

/** Where the matrix leads to on the page. */
export interface MatrixLinks {
  readonly suite: (suite: Suite) => string;
  readonly case: (item: CaseResult) => string;
}

/** Cases (rows) in every mode and with every scheduler (columns). */
export function casesTable(result: Pick<Result, 'sessions' | 'cases'>, links?: MatrixLinks): Table {
  const { columns, rows } = matrixOf(result);
  return tableOf<MatrixRow>(
    [
      { heading: 'case', isCode: true, cell: ({ id }) => id },
      ...columns.map(
        ({ label, suite }, index): ColumnOf<MatrixRow> => ({
          heading: label,
          align: 'center',
          ...(links && { href: links.suite(suite) }),
          cell: ({ cells }) => casesCell(cells[index] ?? [], links),
        }),
      ),
      { heading: 'what it asks for', isNote: true, cell: ({ title }) => title },
    ],
    rows,
  );
}

function casesCell(cases: readonly CaseResult[], links: MatrixLinks | undefined): Cell {
  const markLinks =
    links && cases.map((item) => ({ href: links.case(item), label: `${item.id}: ${MEANINGS[item.status]}` }));
  return { text: '', marks: cases.map(({ status }) => status), ...(markLinks && { onPage: { markLinks } }) };
}

/** Cases by what they ask for (rows) and where they were judged (columns). */
interface Matrix {
  readonly columns: readonly { readonly suite: Suite; readonly label: string }[];
  readonly rows: readonly MatrixRow[];
}

interface MatrixRow {
  /** The case's address without its mode: `reply/source`. */
  readonly id: string;
  readonly title: string;
  /** One for each column; usually one case or none. */
  readonly cells: readonly (readonly CaseResult[])[];
}

/**
 * `nat/reply/source` and `dr/reply/source` share a row if they ask for the same. `nat/reply/path` and `dr/reply/path` do
 * not: in NAT replies have to pass the director, in DR they must not.
 */
function rowKey(item: CaseResult): string {
  return JSON.stringify([rowId(item), item.title]);
}

/** The address without a leading mode. */
function rowId({ id, mode }: CaseResult): string {
  return id.startsWith(`${mode}/`) ? id.slice(mode.length + 1) : id;
}

/** The shortest label that tells a column from the others: `nat`, or `nat wrr` if schedulers differ, `wrr` if only they do. */
function columnLabels(suites: readonly Suite[]): string[] {
  const differ = (of: (suite: Suite) => string) => new Set(suites.map(of)).size > 1;
  const hasDirectors = differ(({ director }) => director);
  const hasSchedulers = differ(({ scheduler }) => scheduler);
  const hasModes = differ(({ mode }) => mode) || !(hasDirectors || hasSchedulers);
  return suites.map(({ mode, director, scheduler }) =>
    [
      ...(hasModes ? [mode] : []),
      ...(hasDirectors ? [director] : []),
      ...(hasSchedulers ? [scheduler] : []),
    ].join(' '),
  );
}

function matrixOf(result: Pick<Result, 'sessions' | 'cases'>): Matrix {
  const suites = suitesOf(result);
  const labels = columnLabels(suites);
  const rows = Map.groupBy(result.cases, rowKey).values();
  return {
    columns: suites.map((suite, index) => ({ suite, label: labels[index] ?? suite.key })),
    rows: [...rows].map((cases) => ({
      id: cases[0] ? rowId(cases[0]) : '',
      title: cases[0]?.title ?? '',
      cells: suites.map(({ key }) => cases.filter((candidate) => suiteKey(candidate) === key)),
    })),
  };
}
