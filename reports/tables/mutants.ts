import { count, countedOf } from '../../statistics/number-text.ts';
import { duration } from '../format.ts';
import type { MutantResult } from '../result-figures.ts';
import { MUTANT_STATUSES } from '../status.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

/** What the page says besides, and where its links lead. */
export interface MutantsOnPage {
  readonly idOf: (mutant: MutantResult) => string;
  /** Nothing for a case that this run did not play. */
  readonly hrefOfCase: (id: string) => string | undefined;
}

const ORDER = { survived: 0, error: 1, killed: 2 } as const;

/** Directors made wrong on purpose and the cases that killed them; first those that no case killed. */
export function mutantsTable(mutants: readonly MutantResult[], page?: MutantsOnPage): Table {
  return tableOf<MutantResult>(
    [
      {
        heading: 'mutant',
        isCode: true,
        cell: (mutant) => ({
          text: mutant.id,
          marks: [MUTANT_STATUSES[mutant.status]],
          ...(page && { onPage: { id: page.idOf(mutant) } }),
        }),
      },
      {
        heading: 'what it does wrong',
        cell: (mutant) => ({ text: mutant.sentence, ...(page && change(mutant)) }),
      },
      { heading: 'killed by', cell: (mutant) => killerCell(mutant, page) },
      ...(page ? detailColumns(page) : []),
    ],
    mutants.toSorted((a, b) => ORDER[a.status] - ORDER[b.status]),
  );
}

/** `netns, as a program`, `netns, around nft` */
export function placeOf({ lab, isExternal, director }: MutantResult): string {
  if (director !== undefined) return `${lab}, around ${director}`;
  return isExternal ? `${lab}, as a program` : lab;
}

/** `5 of 6 mutants were killed` */
export function killedText(mutants: readonly MutantResult[]): string {
  const killed = mutants.filter(({ status }) => status === 'killed').length;
  return `${countedOf(killed, mutants.length, 'mutant was', 'mutants were')} killed`;
}

function change({ file, before, after }: MutantResult): Pick<Cell, 'onPage'> {
  if (file === undefined) return {};
  const lines: readonly Cell[] = [
    { text: `- ${before ?? ''}`, emphasis: 'bad' },
    { text: `+ ${after ?? ''}`, emphasis: 'good' },
  ];
  return { onPage: { more: { summary: file, lines } } };
}

function killerCell({ status, killedBy: [first], expected }: MutantResult, page?: MutantsOnPage): Cell {
  if (first !== undefined && status === 'killed') return { text: first.id, ...linkTo(first.id, page) };
  return { text: `${status}, meant to be killed by ${expected}`, ...linkTo(expected, page) };
}

function linkTo(id: string, page: MutantsOnPage | undefined): Pick<Cell, 'href'> {
  const href = page?.hrefOfCase(id);
  return href === undefined ? {} : { href };
}

function detailColumns(page: MutantsOnPage): ColumnOf<MutantResult>[] {
  return [
    {
      heading: 'what the case found',
      cell: ({ killedBy: [first, ...others] }) =>
        first && {
          text: first.message,
          ...(others.length > 0 && {
            onPage: {
              more: {
                summary: `and ${count(others.length)} more`,
                lines: others.map(({ id, message }) => ({ text: `${id}: ${message}`, ...linkTo(id, page) })),
              },
            },
          }),
        },
    },
    { heading: 'in', cell: placeOf },
    { heading: 'took', align: 'right', cell: ({ durationMs }) => duration(durationMs) },
  ];
}
