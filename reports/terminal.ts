import { annotations } from './github.ts';
import type { CaseResult, Result } from './result.ts';
import { isProblem } from './status.ts';
import { isPacketCase, modeTitle, suiteTitle } from './suites.ts';
import { briefLines, caseLines } from './terminal/case-lines.ts';
import { type Output, screenOf, statusLine } from './terminal/screen.ts';
import { summary } from './terminal/summary.ts';

export { caseLine } from './terminal/case-lines.ts';
export { screenOf } from './terminal/screen.ts';
export { summary } from './terminal/summary.ts';

/**
 * What a run tells the person in front of it. Results go to stdout: a row for each case that does not hold, and in a log a
 * line for each mode; what goes on right now is one rewritten line on stderr, and only if that is a terminal.
 */
export interface Terminal {
  /** A lab is being brought up. */
  sessionStarted(session: Pick<CaseResult, 'mode' | 'director' | 'scheduler'>): void;
  /** A part of the run begins that is about no single session, as `faults`. */
  partStarted(title: string): void;
  /** How long the run is going to take from now on, as far as can be told. */
  timeLeft(leftMs: number): void;
  /** What goes on now, as `loading the VIP with 200 connections`. */
  step(text: string): void;
  caseDone(result: CaseResult): void;
  /** Takes the cases done since `sessionStarted` as complete: prints what is wrong at once, what is right when its mode is done. */
  sessionDone(): void;
  /** Prints the summary, with the verdict as its last line; on GitHub Actions its errors too. `reports` are the paths to name. */
  finished(result: Result, reports?: readonly string[]): void;
  /** A signal has come: networks are taken down and what was judged is written, which takes some seconds. */
  stopping(signal: string): void;
  /** Takes the status line away: before anything else is printed, and when the program ends early. */
  clear(): void;
}

/** `0:07`, `12:30`: minutes and seconds. */
function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `about 40 s left`, `about 3 min left`: no more exact than anybody knows. */
function left(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 90
    ? `about ${Math.max(10, Math.round(seconds / 10) * 10)} s left`
    : `about ${Math.round(seconds / 60)} min left`;
}

export interface TerminalOptions {
  /** A row for every case, and the summary in full. */
  readonly verbose?: boolean;
}

interface Well {
  readonly of: string;
  readonly kind: 'live' | 'packets';
  readonly titles: readonly string[];
  readonly cases: readonly CaseResult[];
}

/** What stands for several sessions of one mode in which all was well. */
const WELL_TITLES: Readonly<Record<Well['kind'], (sessions: number) => string>> = {
  live: (sessions) => `live traffic, ${sessions} schedulers`,
  packets: () => 'packet by packet',
};

export function createTerminal(
  stdout: Output = process.stdout,
  stderr: Output = process.stderr,
  { verbose = false }: TerminalOptions = {},
): Terminal {
  const status = statusLine(stderr);
  const startedMs = performance.now();
  let title = '';
  let of = '';
  let doing = '';
  let leftMs: number | undefined;
  let done: CaseResult[] = [];
  /** Sessions of one mode in which all was well: they share a line. */
  let well: Well | undefined;
  /** Cases of earlier sessions that did not hold. */
  let earlierProblems = 0;
  let isStopping = false;
  // What takes long by itself would otherwise look as if it hung.
  let ticking: NodeJS.Timeout | undefined;

  const print = (text: string) => {
    status.clear();
    stdout.write(text);
  };
  const update = () => {
    if (stderr.isTTY) ticking ??= setInterval(update, 1_000).unref();
    const problems = earlierProblems + done.filter(isProblem).length;
    const counts = [
      ...(done.length > 0 ? [`${done.length} judged`] : []),
      ...(problems > 0 ? [`${problems} not held`] : []),
    ];
    const parts = [
      elapsed(performance.now() - startedMs),
      isStopping || leftMs === undefined ? '' : left(leftMs),
      title,
      doing && `${doing} …`,
      // While it stops, how far it came is said by the summary.
      isStopping ? '' : counts.join(', '),
    ];
    status.show(parts.filter((part) => part !== '').join('  '));
  };
  // On a terminal the status line shows how far it is; a log has no other line until the end.
  const tellsWell = stdout.isTTY !== true;
  const printWell = () => {
    if (well === undefined) return;
    const { titles, cases, of, kind } = well;
    const title = titles.length === 1 ? titles[0] : `${of} · ${WELL_TITLES[kind](titles.length)}`;
    well = undefined;
    if (tellsWell) print(`${briefLines(title ?? '', cases, screenOf(stdout)).join('\n')}\n`);
  };
  const clear = () => {
    clearInterval(ticking);
    ticking = undefined;
    status.clear();
  };

  return {
    sessionStarted(session) {
      if (isStopping) return;
      title = suiteTitle(session);
      of = modeTitle(session);
      doing = '';
      done = [];
      if (well !== undefined && well.of !== of) printWell();
      update();
    },
    partStarted(part) {
      if (isStopping) return;
      title = part;
      doing = '';
      update();
    },
    timeLeft(ms) {
      leftMs = ms;
      update();
    },
    step(text) {
      if (isStopping) return;
      doing = text;
      update();
    },
    caseDone(result) {
      done.push(result);
      update();
    },
    sessionDone() {
      const kind = done.some(isPacketCase) ? 'packets' : 'live';
      if (verbose) print(`${caseLines(title, done, screenOf(stdout)).join('\n')}\n`);
      else if (done.length === 0 || done.some(isProblem)) {
        print(`${briefLines(title, done, screenOf(stdout)).join('\n')}\n`);
      } else {
        if (well !== undefined && (well.of !== of || well.kind !== kind)) printWell();
        const { titles = [], cases = [] } = well ?? {};
        well = { of, kind, titles: [...titles, title], cases: [...cases, ...done] };
      }
      earlierProblems += done.filter(isProblem).length;
      done = [];
      title = '';
      doing = '';
    },
    stopping(signal) {
      isStopping = true;
      title = `Stopping after ${signal}:`;
      doing = 'taking networks down, writing what was judged';
      update();
    },
    finished(result, reports = []) {
      clear();
      printWell();
      if (process.env.GITHUB_ACTIONS === 'true') print(annotations(result));
      print(summary(result, screenOf(stdout), reports, { verbose }));
    },
    clear,
  };
}
