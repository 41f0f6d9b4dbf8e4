/** Collects what a run finds, and writes it as one result file with its reports. */

import { join } from 'node:path';
import { printable } from '../../director/shown-text.ts';
import packageJson from '../../package.json' with { type: 'json' };
import {
  type CaseResult,
  EXIT_CODES,
  type Result,
  SCHEMA_VERSION,
  type Session,
} from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { featuresOf } from '../../scenarios/features.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { EnvironmentMissingError } from '../environment/environment-missing-error.ts';
import { currentCommit } from './current-commit.ts';
import { thisMachine } from './machine.ts';
import { pruneRuns } from './prune-runs.ts';
import { makeResultFolder, newRunId, shown, writeRun } from './result-folder.ts';
import { type Shard, shardSentence } from './shard.ts';
import { sourcesCited } from './sources-cited.ts';
import { TimeLeft } from './time-left.ts';
import {
  type Judged,
  judgedIn,
  measuredIn,
  misconfigurationsIn,
  type RunVerdict,
  unusableIn,
  verdictOf,
} from './verdict.ts';

export interface RunOptions {
  /** Folder that the run’s own folder is made in. */
  readonly outDirectory: string;
  /** How many finished runs stay in that folder, this one included; all if absent. */
  readonly keepRuns?: number;
  /** The command line, for the result. */
  readonly command: string;
  readonly seed: number;
  /** How much is measured, where there is a choice. */
  readonly profile?: string;
  /** Which share of the work this run does; all of it if absent. */
  readonly shard?: Shard;
  /** Whether figures alone are what the run is for, so that it passes without cases. */
  readonly isForMeasuring?: boolean;
  /** Given the result once it is written. */
  readonly onResult?: (result: Result) => void;
}

/** Parts of a result that not every run has. */
export type Figures = Pick<
  Result,
  | 'definitions'
  | 'fairness'
  | 'acrossModes'
  | 'scale'
  | 'throughput'
  | 'mutants'
  | 'generated'
  | 'micro'
  | 'faults'
  | 'floods'
  | 'replay'
>;

export class RunRecorder {
  readonly terminal: Terminal;
  /** Where the result file will lie. */
  readonly directory: string;
  readonly sessions: Session[] = [];
  readonly cases: CaseResult[] = [];
  readonly directors: Result['directors'] = [];
  readonly notCovered: string[] = [];
  readonly figures: Figures = {
    definitions: {},
    fairness: [],
    acrossModes: [],
    scale: [],
    throughput: [],
    mutants: [],
  };
  /** What makes the verdict untrustworthy, whatever the cases say: a sentence each. */
  readonly problems: string[] = [];
  /** What is not as it must be, beside the cases: a sentence each. */
  readonly failures: string[] = [];
  /** Of a run whose parts are planned. */
  readonly timeLeft: TimeLeft;
  /** Said to the user after everything else. */
  readonly closingMessages: string[] = [];
  readonly #options: RunOptions;
  readonly #startedAt = new Date();
  readonly #startedMs = performance.now();
  readonly #id: string;
  #finishing: Promise<number> | undefined;

  constructor(options: RunOptions, terminal: Terminal) {
    this.#options = options;
    this.terminal = terminal;
    this.timeLeft = new TimeLeft((leftMs) => terminal.timeLeft(leftMs));
    this.#id = newRunId(this.#startedAt);
    this.directory = join(options.outDirectory, this.#id);
  }

  /** @throws EnvironmentMissingError if the folder for the results cannot be made. */
  open(): Promise<void> {
    return makeResultFolder(this.directory);
  }

  /** Everything that the verdict rests on. */
  get judged(): Judged[] {
    return judgedIn({ ...this.figures, cases: this.cases });
  }

  /** What all that was recorded comes to. */
  get verdict(): RunVerdict {
    return verdictOf(this.judged, this.problems, {
      misconfigurations: misconfigurationsIn(this.sessions),
      failures: this.failures,
      unusable: unusableIn(this.figures),
      measured: this.#options.isForMeasuring ? measuredIn(this.figures) : 0,
    });
  }

  caseDone(one: CaseResult): void {
    this.cases.push(one);
    this.terminal.caseDone(one);
  }

  /** Notes which directors can run here. Resolves with the reason of each one that cannot. */
  async lookForDirectors(directors: Iterable<DirectorUnderTest>): Promise<Map<string, string>> {
    const reasons = new Map<string, string>();
    for (const { name, description, version, url, isOwn, declared, unavailable } of directors) {
      const reason = await unavailable();
      if (reason !== undefined) reasons.set(name, reason);
      this.directors.push({
        name,
        description,
        ...(version !== undefined && { version }),
        ...(url !== undefined && { url }),
        ...(!isOwn && { features: [...featuresOf(declared)] }),
        available: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
      });
    }
    return reasons;
  }

  /**
   * Writes result and reports, shows them, and gives the exit code. The first verdict is the one that counts.
   *
   * @throws EnvironmentMissingError if the run’s folder could not be written to, after everything was written elsewhere.
   */
  finish(verdict: RunVerdict): Promise<number> {
    this.#finishing ??= this.#writeAll(verdict);
    return this.#finishing;
  }

  async #writeAll(verdict: RunVerdict): Promise<number> {
    this.terminal.clear();
    const result = this.#result(verdict);
    const { resultFile, reports, elsewhere } = await writeRun(result, this.directory);
    const files = reports.flatMap((one) => ('file' in one ? [shown(one.file)] : []));
    this.terminal.finished(result, [...files, shown(resultFile)]);
    this.#options.onResult?.(result);
    for (const words of this.closingMessages) process.stdout.write(words);
    const failures = reports.flatMap((one) => ('error' in one ? [one] : []));
    for (const { name, error } of failures)
      process.stderr.write(printable(`${name} was not written: ${error.message}\n`));
    if (elsewhere !== undefined) throw new EnvironmentMissingError(elsewhere);
    const { outDirectory, keepRuns } = this.#options;
    if (keepRuns !== undefined) await pruneRuns(outDirectory, keepRuns);
    return failures.length > 0 && verdict.exitCode === 0 ? EXIT_CODES.untrusted : verdict.exitCode;
  }

  #result(verdict: RunVerdict): Result {
    const { shard, profile } = this.#options;
    const commit = currentCommit();
    return {
      format: 'lvs-lab result',
      schemaVersion: SCHEMA_VERSION,
      run: {
        id: this.#id,
        version: packageJson.version,
        ...(commit !== undefined && { commit }),
        command: this.#options.command,
        startedAt: this.#startedAt.toISOString(),
        durationMs: performance.now() - this.#startedMs,
        seed: this.#options.seed,
        ...(profile !== undefined && { profile }),
        ...(shard && { shard }),
        machine: thisMachine(),
      },
      verdict,
      directors: this.directors,
      sessions: this.sessions,
      cases: this.cases,
      sources: sourcesCited([...this.cases, ...this.figures.fairness]),
      notCovered: [...this.notCovered, ...(shard ? [shardSentence(shard)] : [])],
      ...this.figures,
    };
  }
}
