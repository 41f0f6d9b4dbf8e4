import { MODES } from '../../lab/modes.ts';
import { count, percent } from '../../statistics/number-text.ts';
import { alignedFigures, figureLabel, size } from '../format.ts';
import type { FairnessResult } from '../result-figures.ts';
import { figureTexts, modeLabel, type Situation } from '../situations.ts';
import { MEANINGS, STATUSES, type Status, SYMBOLS } from '../status.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

type Scheduler = Situation['schedulers'][number];

/** What came of each situation, over all schedulers and modes. */
export function situationsTable(situations: readonly Situation[]): Table {
  const resultsOf = ({ schedulers }: Situation) => schedulers.flatMap(({ results }) => results);
  const used = statusesIn(situations.flatMap(resultsOf));
  return tableOf<Situation>(
    [
      { heading: 'fairness', cell: ({ name }) => name },
      ...used.map(
        (status): ColumnOf<Situation> => ({
          heading: SYMBOLS[status],
          align: 'right',
          cell: (situation) =>
            String(resultsOf(situation).filter((one) => one.status === status).length || ''),
        }),
      ),
      { heading: 'situation', cell: ({ title }) => title },
    ],
    situations,
  );
}

/** Those that occur, in the order in which they are listed. */
export function statusesIn(items: readonly { readonly status: Status }[]): Status[] {
  const all: readonly Status[] = [...STATUSES, 'shown'];
  return all.filter((status) => items.some((item) => item.status === status));
}

export interface FiguresOptions {
  /** How many figures there is room for; all if absent. */
  readonly most?: number;
  /** Where the evidence of a result is. */
  readonly hrefOf?: (result: FairnessResult) => string;
}

/** A situation’s figures for every scheduler. Where modes differ, a cell has one value for each, in their order. */
export function figuresTable(situation: Situation, { most, hrefOf }: FiguresOptions = {}): Table {
  const { modes, figures, schedulers } = situation;
  return tableOf<Scheduler>(
    [
      { heading: 'scheduler', cell: ({ label }) => label },
      ...modes.map(
        (mode): ColumnOf<Scheduler> => ({
          heading: situation.sameInEveryMode === undefined ? MODES[mode].label : 'all modes',
          cell: ({ label, results }) => {
            const own = results.find((one) => one.mode === mode);
            return own && statusCell(label, own, hrefOf?.(own));
          },
        }),
      ),
      ...figures.slice(0, most).map((figure): ColumnOf<Scheduler> => {
        const texts = figureTexts(situation, figure);
        return { heading: figureLabel(figure), align: 'right', figure, cell: (_, row) => texts[row] };
      }),
    ],
    schedulers,
  );
}

function statusCell(name: string, result: FairnessResult, href: string | undefined): Cell {
  const { status } = result;
  const label = `${name}, ${modeLabel(result)}: ${MEANINGS[status]}`;
  return { text: '', marks: [status], ...(href !== undefined && { href, label }) };
}

/** What each server got in one situation, with one scheduler in one mode. */
export function serversTable({ servers }: Pick<FairnessResult, 'servers'>): Table {
  type Server = (typeof servers)[number];
  const all = servers.reduce((sum, { connections }) => sum + connections, 0);
  const counts = alignedFigures(servers.map(({ connections }) => connections));
  const entitled: ColumnOf<Server> = {
    heading: 'entitled to',
    align: 'right',
    cell: ({ idealShare }) => (idealShare === undefined ? '–' : percent(idealShare)),
  };
  return tableOf<Server>(
    [
      { heading: 'server', cell: ({ host }) => host },
      { heading: 'weight', align: 'right', cell: ({ weight }) => count(weight) },
      { heading: 'connections', align: 'right', cell: (_, row) => counts[row] },
      {
        heading: 'share',
        align: 'right',
        cell: ({ connections }) => percent(all > 0 ? connections / all : 0),
      },
      ...(servers.some(({ idealShare }) => idealShare !== undefined) ? [entitled] : []),
      { heading: 'bytes', align: 'right', cell: ({ bytes }) => size(bytes) },
    ],
    servers,
  );
}

type MappedRule = NonNullable<FairnessResult['mapping']>[number];

/** What of the user’s own rules stands for what in the lab; undefined for a situation that is none of the user’s. */
export function mappingTable({ schedulers }: Situation): Table | undefined {
  const mapping = schedulers.flatMap(({ results }) => results)[0]?.mapping;
  return (
    mapping &&
    tableOf<MappedRule>(
      [
        { heading: 'in your rules', isCode: true, cell: ({ yours }) => yours },
        { heading: 'in the lab', isCode: true, cell: ({ lab }) => lab },
      ],
      mapping,
    )
  );
}
