import { ALL_MODES } from '../lab/modes.ts';
import type { Result } from './result.ts';
import type { FairnessResult } from './result-figures.ts';

/** An answer to a question that people bring, with the measured reason from this very run. */
export interface Advice {
  readonly question: string;
  /** Schedulers to take, the first one first. */
  readonly take: readonly string[];
  readonly answer: string;
  /** Absent if this run did not measure it. */
  readonly measured?: MeasuredAdvice;
}

export interface MeasuredAdvice {
  /** Name of the situation that was measured. */
  readonly situation: string;
  /** What is compared, with its unit; less of it is better. */
  readonly what: string;
  readonly modes: readonly FairnessResult['mode'][];
  /** Those that are recommended, and below them those that they are held against. */
  readonly rows: readonly {
    readonly scheduler: string;
    readonly isTaken: boolean;
    /** One for each mode. */
    readonly values: readonly (number | undefined)[];
  }[];
  /** Whether in each mode the best of those that are recommended did better. */
  readonly isBorneOut: boolean;
}

interface Question {
  readonly question: string;
  readonly take: readonly string[];
  readonly answer: string;
  /** What those that are recommended are held against. */
  readonly against: readonly string[];
  /** The situation in which the answer shows. */
  readonly situation: string;
  /** The figure that is compared, of which less is better, and what it is. */
  readonly figure: string;
  readonly what: string;
}

const QUESTIONS: readonly Question[] = [
  {
    question: 'Servers of unequal speed?',
    take: ['wlc', 'lc', 'nq', 'sed'],
    answer:
      'Give each server a weight that fits its speed, and take wlc. Where speeds are not known, lc and nq adapt: a slow server keeps its connections longer, so it has more of them open and is chosen less often.',
    against: ['rr'],
    situation: 'speeds',
    figure: 'latencyP99Ms',
    what: 'latency that 99 % of requests do not exceed, in ms',
  },
  {
    question: 'Long connections?',
    take: ['wlc', 'lc'],
    answer:
      'Take wlc, or lc for equal servers. They count the connections that are open now, so a server that was restarted gets new ones until it has as many as the others. rr and wrr only count what they hand out, so it stays behind.',
    against: ['rr', 'wrr'],
    situation: 'restart',
    figure: 'finalImbalance',
    what: 'connections between the fullest and the emptiest server after one was restarted',
  },
  {
    question: 'Caches?',
    take: ['mh', 'dh', 'lblc'],
    answer:
      'Take mh where clients should return to the same server: when one server goes, hardly any clients but its own move. Transparent caches behind a firewall mark take dh, or lblc, which keeps each address on one cache until that cache is overloaded.',
    against: ['sh', 'rr'],
    situation: 'removed',
    figure: 'collateralMoves',
    what: 'clients moved although their server stayed, when another was deleted',
  },
];

export function adviceOf({ fairness }: Pick<Result, 'fairness'>): Advice[] {
  return QUESTIONS.map((asked) => {
    const { question, take, answer } = asked;
    const measured = measuredAdvice(fairness, asked);
    return { question, take, answer, ...(measured && { measured }) };
  });
}

/** Undefined unless some mode has both a recommended scheduler and one that it is held against. */
function measuredAdvice(
  fairness: readonly FairnessResult[],
  { take, against, situation, figure, what }: Question,
): MeasuredAdvice | undefined {
  const at = (scheduler: string, mode: string) =>
    fairness.find((one) => one.situation === situation && one.scheduler === scheduler && one.mode === mode)
      ?.figures[figure];
  const inMode = (schedulers: readonly string[], mode: string) =>
    schedulers.flatMap((scheduler) => at(scheduler, mode) ?? []);
  const modes = ALL_MODES.filter((mode) => inMode(take, mode).length > 0 && inMode(against, mode).length > 0);
  if (modes.length === 0) return undefined;
  const rows = [...take, ...against]
    .map((scheduler) => ({
      scheduler,
      isTaken: take.includes(scheduler),
      values: modes.map((mode) => at(scheduler, mode)),
    }))
    .filter(({ values }) => values.some((value) => value !== undefined));
  const isBorneOut = modes.every(
    (mode) => Math.min(...inMode(take, mode)) < Math.min(...inMode(against, mode)),
  );
  return { situation, what, modes, rows, isBorneOut };
}
