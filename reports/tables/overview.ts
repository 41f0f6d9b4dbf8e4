import { ALL_MODES, MODES } from '../../lab/modes.ts';
import type { CaseResult, Result } from '../result.ts';
import type { FairnessResult } from '../result-figures.ts';
import { MEANINGS, type Status, SYMBOLS, tally, worstStatus } from '../status.ts';
import {
  liveSuitesOf,
  type PacketGroup,
  packetGroupsOf,
  packetModes,
  type Suite,
  suiteKey,
} from '../suites.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

type Row = Overview['rows'][number];

/** Where a cell of the overview leads to on the page. */
export interface OverviewLinks {
  readonly cases: (cell: OverviewCell) => string | undefined;
  readonly fairness: (cell: OverviewCell) => string | undefined;
}

/** Live traffic, scheduler by mode: how many cases held, and in how many situations the shares were right. */
export function overviewTable(
  result: Pick<Result, 'sessions' | 'cases' | 'fairness'>,
  links?: OverviewLinks,
): Table {
  const { columns, rows } = overviewOf(result);
  const hasCases = rows.some(({ cells }) => cells.some(({ suite }) => suite !== undefined));
  const hasFairness = result.fairness.length > 0;
  const cellOf = ({ cells }: Row, index: number): OverviewCell => cells[index] ?? { fairness: [] };
  return tableOf<Row>(
    [
      { heading: 'scheduler', cell: ({ scheduler }) => scheduler },
      ...columns.flatMap(({ label }, index): ColumnOf<Row>[] => [
        ...(hasCases
          ? [
              {
                heading: label,
                cell: (row: Row) => {
                  const own = cellOf(row, index);
                  return (
                    own.suite &&
                    judgedCell(own.suite.cases, links?.cases(own), `${row.scheduler} ${label} cases`)
                  );
                },
              },
            ]
          : []),
        ...(hasFairness
          ? [
              {
                heading: `${label} fairness`,
                cell: (row: Row) => {
                  const own = cellOf(row, index);
                  return judgedCell(own.fairness, links?.fairness(own), `${row.scheduler} ${label} fairness`);
                },
              },
            ]
          : []),
      ]),
    ],
    rows,
  );
}

/** What blank cells of the overview mean, in a line; undefined where there are none. */
export function blankCellsText(result: Pick<Result, 'sessions' | 'cases' | 'fairness'>): string | undefined {
  const { columns, rows } = overviewOf(result);
  const cells = rows.flatMap(({ scheduler, cells: own }) =>
    own.map((cell, index) => ({ ...cell, scheduler, label: columns[index]?.label ?? '' })),
  );
  const hasCases = cells.some(({ suite }) => suite !== undefined);
  const withoutCases = cells.filter(({ suite }) => hasCases && suite === undefined);
  const withoutFairness = cells.filter(({ fairness }) => result.fairness.length > 0 && fairness.length === 0);
  if (withoutCases.length + withoutFairness.length === 0) return undefined;
  const inMemory = withoutCases.filter(
    ({ fairness }) => fairness.length > 0 && fairness.every(({ lab }) => lab === 'memory'),
  );
  const schedulersByMode = [...Map.groupBy(inMemory, ({ label }) => label)].map(([label, own]) => ({
    label,
    schedulers: own.map(({ scheduler }) => scheduler).join(', '),
  }));
  const alike = [...Map.groupBy(schedulersByMode, ({ schedulers }) => schedulers)].map(
    ([schedulers, own]) => `${schedulers} (${own.map(({ label }) => label).join(', ')})`,
  );
  return [
    'Blank: not played in this run.',
    ...(alike.length > 0 ? [`Fairness in memory only: ${alike.join('; ')}.`] : []),
  ].join(' ');
}

/** Packet by packet, subject by mode: how many cases held. */
export function packetTable(result: Pick<Result, 'cases'>, hrefOf?: (group: PacketGroup) => string): Table {
  const groups = packetGroupsOf(result);
  return tableOf<PacketGroup>(
    [
      { heading: 'packet by packet', cell: ({ name }) => name },
      ...packetModes(groups).map(
        (mode): ColumnOf<PacketGroup> => ({
          heading: MODES[mode].label,
          cell: (group) => {
            const cases = group.byMode.get(mode);
            return cases && judgedCell(cases, hrefOf?.(group), `${group.name} ${MODES[mode].label}`);
          },
        }),
      ),
    ],
    groups,
  );
}

/** `✓ 14`, `✗ 12 of 14`, `✓ 10 ○ 3` where three were measured only. */
function judgedCell(
  items: readonly { readonly status: Status }[],
  href: string | undefined,
  where: string,
): Cell | undefined {
  const worst = worstStatus(items);
  if (worst === undefined) return undefined;
  const { held, judged, shown } = tally(items);
  const texts = [
    ...(judged > 0 ? [held === judged ? String(judged) : `${held} of ${judged}`] : []),
    ...(shown > 0 ? [judged > 0 ? `${SYMBOLS.shown} ${shown}` : String(shown)] : []),
  ];
  const text = texts.length > 0 ? texts.join(' ') : String(items.length);
  const said = [
    ...(judged > 0 ? [`${held} of ${judged} held`] : []),
    ...(shown > 0 ? [`${shown} measured only`] : []),
  ];
  const label = `${where}: ${MEANINGS[worst]}, ${said.length > 0 ? said.join(', ') : `${items.length} skipped`}`;
  return { text, marks: [worst], ...(href !== undefined && { href, label }) };
}

/** What was seen of each scheduler (rows) in each mode with each director (columns). */
export interface Overview {
  readonly columns: readonly OverviewColumn[];
  readonly rows: readonly { readonly scheduler: string; readonly cells: readonly OverviewCell[] }[];
}

export interface OverviewColumn {
  readonly mode: CaseResult['mode'];
  readonly director: string;
  /** `NAT`, or `NAT ipvs` where there are several directors. */
  readonly label: string;
}

/** Nothing at all was tried where `suite` is absent and `fairness` empty. */
export interface OverviewCell {
  readonly suite?: Suite;
  readonly fairness: readonly FairnessResult[];
}

export function isUntried({ suite, fairness }: OverviewCell): boolean {
  return suite === undefined && fairness.length === 0;
}

export function overviewOf(result: Pick<Result, 'sessions' | 'cases' | 'fairness'>): Overview {
  const suites = liveSuitesOf(result);
  const tried = [...suites, ...result.fairness];
  const directors = unique(tried.map(({ director }) => director));
  const columns = ALL_MODES.flatMap((mode) =>
    directors
      .filter((director) => tried.some((one) => one.mode === mode && one.director === director))
      .map((director) => ({
        mode,
        director,
        label: directors.length > 1 ? `${MODES[mode].label} ${director}` : MODES[mode].label,
      })),
  );
  const withSessions = new Set(suites.map(({ scheduler }) => scheduler));
  const rowOf = ({ scheduler }: Pick<Suite, 'scheduler'>) =>
    withSessions.has(scheduler) ? scheduler : withoutFlags(scheduler);
  const inCells = result.fairness.flatMap((one) => {
    const modes = one.sameInEveryMode === undefined ? [one.mode] : columns.map(({ mode }) => mode);
    return [...new Set(modes)].map((mode) => ({
      one,
      key: suiteKey({ ...one, mode, scheduler: rowOf(one) }),
    }));
  });
  const fairness = Map.groupBy(inCells, ({ key }) => key);
  const rows = unique(tried.map(rowOf)).map((scheduler) => ({
    scheduler,
    cells: columns.map(({ mode, director }) => {
      const key = suiteKey({ mode, director, scheduler });
      const suite = suites.find((one) => one.key === key);
      return { ...(suite && { suite }), fairness: (fairness.get(key) ?? []).map(({ one }) => one) };
    }),
  }));
  return { columns, rows };
}

/** A scheduler with flags or a table of another size, such as `sh-port`, counts with its scheduler: names in IPVS have no hyphen. */
function withoutFlags(scheduler: string): string {
  return scheduler.split('-')[0] ?? scheduler;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
