import { cut } from '../columns.ts';
import { figureLabel } from '../figures.ts';
import type { Result } from '../result.ts';
import { figureTexts, type SchedulerInSituation, type Situation, situationsOf } from '../situations.ts';
import { isProblem, MEANINGS, type Status, SYMBOLS, worstStatus } from '../status.ts';
import { STATUS_STYLES } from './case-line.ts';
import type { Screen, Style } from './screen.ts';
import { type Column, table } from './table.ts';
import { plain } from './text.ts';

/** Figures of a situation that a table shows; the reports have all. */
const MOST_FIGURES = 5;

/**
 * How the load was shared: every situation at a glance, then the figures of the first one, and of
 * those in which something did not hold.
 */
export function fairnessTables(result: Pick<Result, 'fairness'>, screen: Screen): string[][] {
  const situations = situationsOf(result);
  const shown = situations.filter(
    ({ schedulers }, index) => index === 0 || schedulers.some(({ results }) => results.some(isProblem)),
  );
  return [glance(situations, screen), ...shown.map((situation) => figuresTable(situation, screen))];
}

/** What came of each situation, over all schedulers and modes. */
function glance(situations: readonly Situation[], screen: Screen): string[] {
  if (situations.length === 0) return [];
  const resultsOf = ({ schedulers }: Situation) => schedulers.flatMap(({ results }) => results);
  const counted = (status: Status): Column<Situation> => ({
    heading: SYMBOLS[status],
    align: 'right',
    value: (situation) => String(resultsOf(situation).filter((one) => one.status === status).length || ''),
    style: () => STATUS_STYLES[status],
  });
  const used = (['passed', 'shown', 'failed', 'error', 'skipped'] as const).filter((status) =>
    situations.some((situation) => resultsOf(situation).some((one) => one.status === status)),
  );
  return [
    ...table(
      screen,
      [
        { heading: 'fairness', value: ({ name }) => name },
        ...used.map(counted),
        { heading: 'situation', value: ({ title }) => title },
      ],
      situations,
      2,
    ),
    ...used.map((status) => `  ${screen.paint('dim', `${SYMBOLS[status]} ${MEANINGS[status]}`)}`),
  ];
}

function figuresTable(situation: Situation, screen: Screen): string[] {
  const { title, modes, figures, schedulers } = situation;
  const columns = figures.slice(0, MOST_FIGURES).map((name): Column<Row> => {
    const texts = figureTexts(situation, name, '/');
    return { heading: figureLabel(name), align: 'right', value: ({ index }) => texts[index] ?? '' };
  });
  const rows = schedulers.map((own, index) => ({ own, index }));
  const lines = table(
    screen,
    [
      { heading: 'scheduler', value: ({ own }) => own.label },
      {
        heading: modes.join(' '),
        value: ({ own }) => own.results.map(({ status }) => SYMBOLS[status]).join(' '),
        style: ({ own }) => styleOf(worstStatus(own.results)),
      },
      ...columns,
    ],
    rows,
    2,
  );
  return [`  ${screen.paint('bold', cut(plain(title), screen.columns - 2))}`, ...lines];
}

interface Row {
  readonly own: SchedulerInSituation;
  readonly index: number;
}

function styleOf(status: ReturnType<typeof worstStatus>): Style | undefined {
  return status && STATUS_STYLES[status];
}
