import { counted } from '../../statistics/number-text.ts';
import { cut, plain, wrap } from '../columns.ts';
import { duration } from '../format.ts';
import type { CaseResult, Result } from '../result.ts';
import { isProblem, SYMBOLS } from '../status.ts';
import { suitesOf, suiteTitle } from '../suites.ts';
import { headline } from '../verdict.ts';
import {
  acrossModesBrief,
  directorLines,
  fairnessLine,
  packetLine,
  reportLines,
  throughputBrief,
} from './brief.ts';
import { failureLines } from './failures.ts';
import { fairnessInFull, fairnessSummary, situationLines } from './fairness.ts';
import { faultLines } from './faults.ts';
import { matrixBlocks } from './matrix.ts';
import {
  floodLines,
  generatedLines,
  microLines,
  mutantLines,
  scaleLines,
  throughputInFull,
  throughputSummary,
} from './measured.ts';
import { replayLines } from './replay.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { misconfigurationLines, shareLines, trafficLines } from './session.ts';

/** Failures shown in full; the reports have all. */
const SHOWN_FAILURES = 20;

/** Sessions whose shares are shown one by one; of more, the reports have them. */
const SHOWN_SESSIONS = 4;

/** Lines of figures that are shown in full without being asked for. */
const FEW_LINES = 40;

const SEE_MORE = 'lvs-lab report --verbose';

export interface SummaryOptions {
  /** All that a terminal has room for, where otherwise it is what it comes to. */
  readonly verbose?: boolean;
}

/** Everything said at the end of a run: matrices, failures, figures, where the reports are; verdict last. */
export function summary(
  result: Result,
  screen: Screen,
  reports: readonly string[] = [],
  { verbose = false }: SummaryOptions = {},
): string {
  const { blocks: figures, isShortened } = measuredBlocks(result, screen, verbose);
  const blocks = [
    ...(isMeasuredOnly(result) ? [] : matrixBlocks(result, screen, verbose)),
    misconfigurationLines(result, screen),
    ...failureBlocks(verbose ? result.cases : unexplained(result), screen, reports[0]),
    verbose ? [] : consequenceLines(result, screen),
    unfairLines(result, screen),
    ...(showsSessions(result, verbose) ? figureBlocks(result, screen, verbose) : []),
    ...figures,
    faultLines(result, screen, verbose || isMeasuredOnly(result)),
    floodLines(result, screen),
    mutantLines(result, screen),
    generatedLines(result, screen),
    replayLines(result, screen),
    // Beside cases in brief, a table has them.
    verbose || isMeasuredOnly(result) ? directorLines(result, screen) : [],
    [...unavailableLines(result, screen), ...notCoveredLines(result, screen)],
    reportLines(reports, screen, isShortened ? SEE_MORE : undefined),
    verdictLines(result, screen, verbose),
  ];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${shown.join('\n\n')}\n`;
}

/** Beside figures of fairness they would only be more of the same. */
function showsSessions({ sessions, fairness }: Result, verbose: boolean): boolean {
  return sessions.length <= SHOWN_SESSIONS && (verbose || fairness.length === 0);
}

/** What figures come to; in full where that is asked for, or where a run has nothing else and they are few. */
function measuredBlocks(
  result: Result,
  screen: Screen,
  verbose: boolean,
): { readonly blocks: string[][]; readonly isShortened: boolean } {
  const measuredOnly = isMeasuredOnly(result);
  if (verbose || measuredOnly) {
    const blocks = [
      ...(measuredOnly ? [] : [...fairnessSummary(result, screen), ...throughputSummary(result, screen)]),
      ...fairnessInFull(result, screen),
      ...throughputInFull(result, screen),
      scaleLines(result, screen),
      ...microLines(result, screen),
    ];
    if (verbose || blocks.flat().length <= FEW_LINES) return { blocks, isShortened: false };
  }
  const situations = measuredOnly ? [situationLines(result, screen)] : [];
  const lines = [
    ...packetLine(result, screen),
    ...fairnessLine(result, screen),
    ...acrossModesBrief(result, screen),
  ];
  const blocks = [
    ...situations,
    lines,
    throughputBrief(result, screen),
    // Beside others, they are more than the run was made for.
    ...(result.fairness.length + result.throughput.length === 0
      ? [scaleLines(result, screen), ...microLines(result, screen)]
      : []),
  ];
  return { blocks, isShortened: blocks.flat().length > 0 };
}

function isMeasuredOnly({ cases, sessions, mutants, generated }: Result): boolean {
  return cases.length + sessions.length + mutants.length === 0 && generated === undefined;
}

/** Situations in which the load was not shared as promised. */
function unfairLines({ fairness }: Result, screen: Screen): string[] {
  return fairness
    .filter(isProblem)
    .flatMap(({ id, status, reason, conclusion }) => [
      screen.paint(STATUS_STYLES[status], cut(plain(`${SYMBOLS[status]} ${id}`), screen.columns)),
      ...wrap(plain(reason ?? conclusion), screen.columns - 4).map((line) => `    ${line}`),
    ]);
}

/** Cases that nothing which is misconfigured in their network accounts for. */
function unexplained({ cases, sessions }: Result): CaseResult[] {
  const misconfigured = new Set(
    sessions.filter(({ misconfigurations }) => misconfigurations.length > 0).map(suiteTitle),
  );
  return cases.filter((item) => !misconfigured.has(suiteTitle(item)));
}

/** Of the others, how many do not hold: what they found follows from the mistake. */
function consequenceLines(result: Result, screen: Screen): string[] {
  const shown = new Set(unexplained(result));
  const left = result.cases.filter((item) => isProblem(item) && !shown.has(item)).length;
  if (left === 0) return [];
  const text = `${counted(left, 'case does', 'cases do')} not hold in a network that is set up like that. What each found: ${SEE_MORE}`;
  return wrap(text, screen.columns - 4).map((line) => `    ${line}`);
}

function failureBlocks(cases: readonly CaseResult[], screen: Screen, report: string | undefined): string[][] {
  const problems = cases.filter(isProblem);
  const told = new Set<string>();
  const blocks: string[][] = [];
  let left = 0;
  for (const item of problems) {
    // When a session comes to nothing, all its cases have the same reason: told once, with how many share it.
    const group = `${suiteTitle(item)}\n${item.reason ?? item.id}`;
    if (told.has(group)) continue;
    told.add(group);
    const alike = item.reason === undefined ? [] : sharing(problems, item);
    if (blocks.length === SHOWN_FAILURES) {
      left += 1 + alike.length;
      continue;
    }
    const also = `  ${counted(alike.length, 'more case has', 'more cases have')} the same reason`;
    blocks.push([...failureLines(item, screen, report), ...(alike.length > 0 ? [also] : [])]);
  }
  if (left > 0)
    blocks.push([
      `and ${counted(left, 'more case that does', 'more cases that do')} not hold: see the report`,
    ]);
  return blocks;
}

/** Other cases of the same session with the same reason. */
function sharing(problems: readonly CaseResult[], item: CaseResult): CaseResult[] {
  return problems.filter(
    (other) => other !== item && other.reason === item.reason && suiteTitle(other) === suiteTitle(item),
  );
}

/** @param verbose With the traffic. */
function figureBlocks(result: Result, screen: Screen, verbose: boolean): string[][] {
  return suitesOf(result).flatMap((suite) =>
    suite.sessions.map((session) => {
      const shares = shareLines(session, screen);
      const traffic = verbose ? trafficLines(session, screen) : [];
      const lines = [...shares, ...(shares.length > 0 && traffic.length > 0 ? [''] : []), ...traffic];
      if (lines.length === 0) return [];
      return [screen.paint('bold', cut(plain(suiteTitle(suite)), screen.columns)), ...lines];
    }),
  );
}

function unavailableLines({ directors }: Result, screen: Screen): string[] {
  return directors
    .filter(({ available }) => !available)
    .flatMap(({ name, reason }) =>
      wrap(plain(`${name} could not run here: ${reason ?? 'no reason was given'}`), screen.columns - 4).map(
        (line, index) => `${index === 0 ? '  – ' : '    '}${line}`,
      ),
    );
}

function notCoveredLines({ notCovered }: Result, screen: Screen): string[] {
  return notCovered.flatMap((sentence) =>
    wrap(plain(`not covered: ${sentence}`), screen.columns - 4).map(
      (line, index) => `${index === 0 ? '  – ' : '    '}${line}`,
    ),
  );
}

/** @param verbose With reasons that have been said above too. */
function verdictLines(result: Result, screen: Screen, verbose: boolean): string[] {
  const { status, reasons: all, exitCode } = result.verdict;
  const said = result.sessions.flatMap(({ misconfigurations }) =>
    misconfigurations.map((one) => one.message),
  );
  const reasons = verbose ? all : all.filter((reason) => !said.includes(reason));
  const style = status === 'passed' ? 'green' : status === 'failed' ? 'red' : 'yellow';
  const line = `${headline(result)} (${duration(result.run.durationMs)}, exit code ${exitCode})`;
  return [
    ...reasons.flatMap((reason) =>
      reason
        .split('\n')
        .flatMap((text) => wrap(plain(text), screen.columns - 4))
        .map((text, index) => `${index === 0 ? '  • ' : '    '}${text}`),
    ),
    ...wrap(line, screen.columns).map((text) => screen.paint('bold', screen.paint(style, text))),
  ];
}
