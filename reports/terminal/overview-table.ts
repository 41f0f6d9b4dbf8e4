import { type OverviewCell, overviewOf } from '../overview.ts';
import { type PacketGroup, packetGroupsOf, packetModes } from '../packet-groups.ts';
import type { Result } from '../result.ts';
import { type Status, SYMBOLS, tally, worstStatus } from '../status.ts';
import { STATUS_STYLES } from './case-line.ts';
import type { Screen } from './screen.ts';
import { type Column, table } from './table.ts';

type Judged = readonly { readonly status: Status }[];

/** Live traffic, scheduler by mode: how many cases held, and in how many situations the shares were right. */
export function overviewTable(result: Result, screen: Screen): string[] {
  const { columns, rows } = overviewOf(result);
  if (rows.length === 0) return [];
  const hasFairness = result.fairness.length > 0;
  type Row = (typeof rows)[number];
  const casesOf = ({ suite }: OverviewCell) => suite?.cases ?? [];
  return table<Row>(
    screen,
    [
      { heading: 'scheduler', value: ({ scheduler }) => scheduler },
      ...columns.flatMap(({ label }, index): Column<Row>[] => {
        const cellOf = ({ cells }: Row): OverviewCell => cells[index] ?? { fairness: [] };
        return [
          judgedColumn<Row>(label, (row) => casesOf(cellOf(row))),
          ...(hasFairness ? [judgedColumn<Row>('fairness', (row) => cellOf(row).fairness)] : []),
        ];
      }),
    ],
    rows,
    2,
  );
}

/** Packet by packet, subject by mode: how many cases held. */
export function packetTable(result: Pick<Result, 'cases'>, screen: Screen): string[] {
  const groups = packetGroupsOf(result);
  if (groups.length === 0) return [];
  return table<PacketGroup>(
    screen,
    [
      { heading: 'packet by packet', value: ({ name }) => name },
      ...packetModes(groups).map((mode) =>
        judgedColumn<PacketGroup>(mode.toUpperCase(), ({ byMode }) => byMode.get(mode) ?? []),
      ),
    ],
    groups,
    2,
  );
}

function judgedColumn<Row>(heading: string, judgedOf: (row: Row) => Judged): Column<Row> {
  return {
    heading,
    value: (row) => judgedText(judgedOf(row)),
    style: (row) => {
      const worst = worstStatus(judgedOf(row));
      return worst && STATUS_STYLES[worst];
    },
  };
}

/** `✓ 14`, `✗ 12 of 14` */
function judgedText(items: Judged): string {
  const worst = worstStatus(items);
  if (worst === undefined) return '';
  const { held, tried } = tally(items);
  return `${SYMBOLS[worst]} ${held === tried ? tried : `${held} of ${tried}`}`;
}
