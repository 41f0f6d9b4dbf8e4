import { annotations } from './github.ts';
import type { CaseResult, Result } from './result.ts';
import { isProblem } from './status.ts';
import { suiteTitle } from './suites.ts';
import { sessionLines } from './terminal/case-lines.ts';
import { type Output, screenOf, statusLine } from './terminal/screen.ts';
import { summary } from './terminal/summary.ts';

export { caseLine } from './terminal/case-lines.ts';
export { screenOf } from './terminal/screen.ts';
export { summary } from './terminal/summary.ts';

/**
 * What a run tells the person in front of it. Results go to stdout, as a table that grows session by session; what
 * goes on right now is one rewritten line on stderr, and only if that is a terminal.
 */
export interface Terminal {
  /** A lab is being brought up. */
  sessionStarted(session: Pick<CaseResult, 'mode' | 'director' | 'scheduler'>): void;
  /** What goes on now, as `loading the VIP with 200 connections`. */
  step(text: string): void;
  caseDone(result: CaseResult): void;
  /** Prints the cases done since `sessionStarted`: on a CI one line and what is wrong, elsewhere a table. */
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

export interface TerminalOptions {
  /** A row for every case, also for those that are played packet by packet. */
  readonly verbose?: boolean;
}

export function createTerminal(
  stdout: Output = process.stdout,
  stderr: Output = process.stderr,
  { verbose = false }: TerminalOptions = {},
): Terminal {
  const status = statusLine(stderr);
  // Who reads a CI’s log wants what is wrong; the reports have the rest.
  const detail = verbose ? 'case' : process.env.CI && stdout.isTTY !== true ? 'problem' : 'group';
  const startedMs = performance.now();
  let title = '';
  let doing = '';
  let done: CaseResult[] = [];
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
      title,
      doing && `${doing} …`,
      // While it stops, how far it came is said by the summary.
      isStopping ? '' : counts.join(', '),
    ];
    status.show(parts.filter((part) => part !== '').join('  '));
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
      doing = '';
      done = [];
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
      print(`${sessionLines(title, done, screenOf(stdout), detail).join('\n')}\n`);
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
      if (process.env.GITHUB_ACTIONS === 'true') print(annotations(result));
      print(summary(result, screenOf(stdout), reports));
    },
    clear,
  };
}
