/** A whole run: sessions one after the other, one result file, its reports, and an exit code. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { disposeAllLabs, disposeLabsOnSignals, type Lab } from '../../lab/index.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { renderReports } from '../../reports/render.ts';
import {
  type CaseResult,
  EXIT_CODES,
  type Result,
  SCHEMA_VERSION,
  type Session,
} from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { writeResult } from '../../reports/write-result.ts';
import { directors } from '../directors/index.ts';
import { skipped, unjudged } from './judge.ts';
import { thisMachine } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { type PlannedSession, planRun, selected } from './plan.ts';
import { makeResultFolder, messageOf, pointLatestAt, shown, writingInto } from './result-folder.ts';
import { runSession } from './session.ts';
import { interruptedVerdict, type Verdict, verdictOf } from './verdict.ts';

/** Runs the bench and writes its results. Resolves with the exit code. */
export async function runBench(options: BenchOptions, terminal: Terminal): Promise<number> {
  const run = new BenchRun(options, terminal);
  using _signals = disposeLabsOnSignals(
    (signal) => run.endInterrupted(signal),
    () => run.interrupt(),
  );
  // Awaited here: the signals are handled until then.
  return await run.toEnd();
}

class BenchRun {
  readonly #options: BenchOptions;
  readonly #terminal: Terminal;
  readonly #startedAt = new Date();
  readonly #startedMs = performance.now();
  readonly #id: string;
  readonly #directory: string;
  readonly #sessions: Session[] = [];
  readonly #cases: CaseResult[] = [];
  readonly #directors: Result['directors'] = [];
  readonly #problems: string[] = [];
  readonly #kept: Lab[] = [];
  #interrupted = false;
  #finishing: Promise<number> | undefined;

  constructor(options: BenchOptions, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
    const stamp = this.#startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15);
    this.#id = `${stamp}-${randomBytes(2).toString('hex')}`;
    this.#directory = join(options.outDirectory, this.#id);
  }

  async toEnd(): Promise<number> {
    await makeResultFolder(this.#directory);
    const unavailable = await this.#lookForDirectors();
    this.#problems.push(...selectingNothing(this.#options));
    // Who misspelt a case is told at once, and not after those that were meant too.
    const plan = this.#problems.length > 0 ? [] : planRun(this.#options);
    for (const planned of plan) {
      if (this.#interrupted) break;
      this.#terminal.sessionStarted({ ...planned, director: planned.director.name });
      const cases = await this.#session(planned, unavailable.get(planned.director.name));
      for (const one of cases) this.#terminal.caseDone(one);
      this.#cases.push(...cases);
      if (!this.#interrupted) this.#terminal.sessionDone();
    }
    // After a signal, `endInterrupted` writes the result and ends the process.
    if (this.#interrupted) return new Promise(() => undefined);
    return this.#finish(verdictOf(this.#cases, this.#problems));
  }

  /** From now on sessions that fail do so because of a signal, and `endInterrupted` ends the process. */
  interrupt(): void {
    this.#interrupted = true;
  }

  /** Ends the process with the results so far, or with those of the whole run if they are being written already. */
  async endInterrupted(signal: NodeJS.Signals): Promise<never> {
    const written = this.#finish(interruptedVerdict(this.#cases, signal));
    process.exit(
      await written.catch((error: unknown) => {
        say(error);
        return EXIT_CODES.interrupted;
      }),
    );
  }

  async #lookForDirectors(): Promise<Map<string, string>> {
    const reasons = new Map<string, string>();
    for (const { name, description, unavailable } of Object.values(directors)) {
      const reason = await unavailable();
      if (reason !== undefined) reasons.set(name, reason);
      this.#directors.push({
        name,
        description,
        available: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
      });
    }
    return reasons;
  }

  /** Never throws: a session that fails leaves cases that could not be judged. */
  async #session(planned: PlannedSession, unavailable: string | undefined): Promise<CaseResult[]> {
    if (unavailable !== undefined) {
      return planned.scenarios.map((scenario) => skipped(scenario, planned, unavailable));
    }
    try {
      const { session, cases } = await runSession(planned, {
        options: this.#options,
        resultDirectory: this.#directory,
        step: (text) => this.#terminal.step(text),
        onKept: (lab) => this.#kept.push(lab),
      });
      this.#sessions.push(session);
      return cases;
    } catch (error) {
      const reason = messageOf(error);
      if (!this.#interrupted) this.#problems.push(`${planned.mode} with ${planned.scheduler}: ${reason}`);
      const short = `its session came to no evidence: ${reason.split('\n')[0]}`;
      return planned.scenarios.map((scenario) => unjudged(scenario, planned, short));
    }
  }

  /** Writes result and reports, shows them, and gives the exit code. The first verdict is the one that counts. */
  #finish(verdict: Verdict): Promise<number> {
    this.#finishing ??= this.#writeAll(verdict);
    return this.#finishing;
  }

  async #writeAll(verdict: Verdict): Promise<number> {
    this.#terminal.clear();
    // One that cannot be taken down is no reason to lose the result.
    await disposeAllLabs().catch(say);
    const result = this.#result(verdict);
    const path = join(this.#directory, 'result.json');
    await writingInto(this.#directory, writeResult(path, result));
    const rendered = await renderReports(result, this.#directory);
    await pointLatestAt(this.#directory);
    const reports = rendered.flatMap((one) => ('file' in one ? [shown(one.file)] : []));
    this.#terminal.finished(result, [...reports, shown(path)]);
    this.#explainKept();
    const failures = rendered.flatMap((one) => ('error' in one ? [one] : []));
    for (const { name, error } of failures)
      process.stderr.write(`${name} was not written: ${error.message}\n`);
    return failures.length > 0 && verdict.exitCode === 0 ? EXIT_CODES.untrusted : verdict.exitCode;
  }

  #result(verdict: Verdict): Result {
    return {
      format: 'lvs-lab result',
      schemaVersion: SCHEMA_VERSION,
      run: {
        id: this.#id,
        version: packageJson.version,
        command: this.#options.command,
        startedAt: this.#startedAt.toISOString(),
        durationMs: performance.now() - this.#startedMs,
        seed: this.#options.seed,
        machine: thisMachine(),
      },
      verdict,
      directors: this.#directors,
      sessions: this.#sessions,
      cases: this.#cases,
      notCovered: [],
      definitions: {},
      fairness: [],
      acrossModes: [],
      scale: [],
      throughput: [],
      wrongDirectors: [],
    };
  }

  #explainKept(): void {
    for (const lab of this.#kept) {
      process.stdout.write(
        `\nLab ${lab.id} (${lab.topology.title}) is still up, VIP ${lab.topology.vip}:\n` +
          `  enter a host:  ${lab.enterCommand('client')}\n` +
          `  take it down:  bin/lvs-lab lab remove ${lab.id}\n`,
      );
    }
  }
}

/** Prefixes that no case id starts with, one sentence each. */
function selectingNothing({ grep, modes }: BenchOptions): string[] {
  return grep
    .filter((prefix) => modes.every((mode) => selected(mode, [prefix]).length === 0))
    .map(
      (prefix) =>
        `No case id starts with "${prefix}" in mode ${modes.join(', ')}; "bench --list" shows all ids.`,
    );
}

function say(error: unknown): void {
  process.stderr.write(`lvs-lab: ${messageOf(error)}\n`);
}
