import { MODES } from '../../lab/modes.ts';
import { type Overview, type OverviewCell, overviewOf } from '../overview.ts';
import type { Result } from '../result.ts';
import { MEANINGS, type Status, tally, worstStatus } from '../status.ts';
import { type PacketGroup, packetGroupsOf, packetModes } from '../suites.ts';
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

/** `✓ 14`, `✗ 12 of 14` */
function judgedCell(
  items: readonly { readonly status: Status }[],
  href: string | undefined,
  where: string,
): Cell | undefined {
  const worst = worstStatus(items);
  if (worst === undefined) return undefined;
  const { held, tried } = tally(items);
  const text = tried === 0 ? String(items.length) : held === tried ? String(tried) : `${held} of ${tried}`;
  const said = tried === 0 ? `${items.length} skipped` : `${held} of ${tried} held`;
  const label = `${where}: ${MEANINGS[worst]}, ${said}`;
  return { text, marks: [worst], ...(href !== undefined && { href, label }) };
}
