import { figureLabel } from './figures.ts';
import type { Result } from './result.ts';
import type { FairnessResult } from './result-figures.ts';
import { MODES } from './suites.ts';

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
  /** Those that are recommended, and last the one that they are held against. */
  readonly rows: readonly { readonly scheduler: string; readonly values: readonly (number | undefined)[] }[];
  /** Whether in each mode the best of those that are recommended did better. */
  readonly isBorneOut: boolean;
}

interface Question {
  readonly question: string;
  readonly take: readonly string[];
  readonly answer: string;
  /** What those that are recommended are held against. */
  readonly against: string;
  /** Situations in which the answer shows, the best one first. */
  readonly situations: readonly string[];
  /** What is compared, and less of it is better; undefined where a result does not say. */
  readonly value: (result: FairnessResult) => Measured | undefined;
}

interface Measured {
  readonly what: string;
  readonly value: number;
}

const QUESTIONS: readonly Question[] = [
  {
    question: 'Servers of unequal speed?',
    take: ['wlc', 'lc', 'nq', 'sed'],
    answer:
      'Give each server a weight that fits its speed, and take wlc. Where speeds are not known, lc and nq find them out: a slow server keeps its connections longer, so it has more of them and is chosen less.',
    against: 'rr',
    situations: ['speeds'],
    value: (result) => figureLike(result, [/p99/i, /p90/i, /latency/i]),
  },
  {
    question: 'Long connections?',
    take: ['wlc', 'lc'],
    answer:
      'Take wlc, or lc for equal servers. They count connections that are open now, so a server that was restarted and stands empty gets new ones until it is level with the others. rr and wrr only count what they hand out, and leave it behind.',
    against: 'rr',
    situations: ['restart', 'long'],
    value: (result) => figureLike(result, [/imbalance/i, /spread/i]) ?? spreadAtEnd(result),
  },
  {
    question: 'Caches?',
    take: ['mh', 'sh', 'dh', 'lblc'],
    answer:
      'Take mh where clients are to find their server again: when a server goes, hardly any but its own clients move. Transparent caches behind a firewall mark take dh, or lblc, which keeps each address on one cache until that one is full.',
    against: 'rr',
    situations: ['change', 'remove', 'removed', 'crash', 'disruption', 'add'],
    value: (result) => figureLike(result, [/collateral/i, /disruption/i, /moved/i]),
  },
];

export function adviceOf({ fairness }: Pick<Result, 'fairness'>): Advice[] {
  return QUESTIONS.map((asked) => {
    const { question, take, answer } = asked;
    const measured = measuredAdvice(fairness, asked);
    return { question, take, answer, ...(measured && { measured }) };
  });
}

/** Undefined unless some mode has both a recommended scheduler and the one that it is held against. */
function measuredAdvice(
  fairness: readonly FairnessResult[],
  { take, against, situations, value }: Question,
): MeasuredAdvice | undefined {
  const situation = situations.find((name) => fairness.some((one) => one.situation === name));
  const results = fairness.filter((one) => one.situation === situation);
  const at = (scheduler: string, mode: string) => {
    const result = results.find((one) => one.scheduler === scheduler && one.mode === mode);
    return result && value(result);
  };
  const modes = MODES.filter((mode) => at(against, mode) && take.some((name) => at(name, mode)));
  const what = modes[0] && at(against, modes[0])?.what;
  if (situation === undefined || what === undefined) return undefined;
  const rows = [...take, against]
    .map((scheduler) => ({ scheduler, values: modes.map((mode) => at(scheduler, mode)?.value) }))
    .filter(({ values }) => values.some((one) => one !== undefined));
  const isBorneOut = modes.every((mode) => {
    const best = Math.min(...take.map((name) => at(name, mode)?.value ?? Number.POSITIVE_INFINITY));
    return best < (at(against, mode)?.value ?? 0);
  });
  return { situation, what, modes, rows, isBorneOut };
}

function figureLike({ figures }: FairnessResult, patterns: readonly RegExp[]): Measured | undefined {
  for (const pattern of patterns) {
    const found = Object.entries(figures).find(([name]) => pattern.test(name));
    if (found) return { what: figureLabel(found[0]), value: found[1] };
  }
  return undefined;
}

/** How far apart the servers were in the end, of what a plot of their active connections shows. */
function spreadAtEnd({ series }: FairnessResult): Measured | undefined {
  const active = series.find(({ name }) => /active/i.test(name));
  if (active === undefined) return undefined;
  const last = Object.values(active.lines).flatMap((line) => line.at(-1) ?? []);
  if (last.length < 2) return undefined;
  return {
    what: 'connections between the fullest and the emptiest server, in the end',
    value: Math.max(...last) - Math.min(...last),
  };
}
