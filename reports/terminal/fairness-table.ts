import { cut } from '../columns.ts';
import { figureLabel } from '../figures.ts';
import type { Result } from '../result.ts';
import { figureTexts, type SchedulerInSituation, type Situation, situationsOf } from '../situations.ts';
import { isProblem, SYMBOLS, worstStatus } from '../status.ts';
import { STATUS_STYLES } from './case-line.ts';
import type { Screen, Style } from './screen.ts';
import { type Column, table } from './table.ts';
import { plain } from './text.ts';

/** Figures of a situation that a table shows; the reports have all. */
const MOST_FIGURES = 5;

/**
 * How the load was shared: every situation by scheduler at a glance, then the figures of the first situation, and of
 * those in which something did not hold.
 */
export function fairnessTables(result: Pick<Result, 'fairness'>, screen: Screen): string[][] {
  const situations = situationsOf(result);
  const shown = situations.filter(
    ({ schedulers }, index) => index === 0 || schedulers.some(({ results }) => results.some(isProblem)),
  );
  return [glance(situations, screen), ...shown.map((situation) => figuresTable(situation, screen))];
}

/** Situation by scheduler: of several modes the worst. */
function glance(situations: readonly Situation[], screen: Screen): string[] {
  if (situations.length === 0) return [];
  const all = situations.flatMap(({ schedulers }) => schedulers.flatMap(({ results }) => results));
  const names = [...new Set(all.map(({ scheduler }) => scheduler))];
  const resultsOf = ({ name }: Situation, scheduler: string) =>
    all.filter((one) => one.situation === name && one.scheduler === scheduler);
  const columns = names.map((scheduler): Column<Situation> => {
    const worst = (situation: Situation) => worstStatus(resultsOf(situation, scheduler));
    return {
      heading: scheduler,
      value: (situation) => SYMBOLS[worst(situation) ?? 'skipped'].replace(SYMBOLS.skipped, ''),
      style: (situation) => styleOf(worst(situation)),
    };
  });
  return table(screen, [{ heading: 'fairness', value: ({ name }) => name }, ...columns], situations, 2);
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
