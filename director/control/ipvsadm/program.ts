/** One run of `ipvsadm`: reads command lines, has the backend carry them out, and keeps the exit code. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRefusal } from './backend/answers.ts';
import type { IpvsBackend } from './backend/backend.ts';
import type { Operation } from './backend/operations.ts';
import type { CommandLine } from './command-line.ts';
import type { IpvsadmEnvironment } from './environment.ts';
import { ExitError, MINUS_ONE, OptionError, tryHelp } from './errors.ts';
import { BackendRefusalError } from './fetch.ts';
import { Lists } from './lists.ts';
import { answerTo } from './name-resolver.ts';
import { changeOf, checkLine } from './operations-of.ts';
import { parseCommand } from './parse-command.ts';
import { refusalText } from './refusal-text.ts';

const LISTING_FAILED = 1;
/** Under `-R` changes are collected and asked for together: soon at first, then more and more. The next ones are read meanwhile. */
const FIRST_BATCH = 300;
const LONGEST_BATCH = 6_000;
const BATCH_GROWTH = 2;
/** After so many lines the event loop has its turn, which asks and hears answers. */
const LINES_PER_TURN = 400;

interface PendingChange {
  readonly operation: Operation;
  /** The line of `-R` that it stands in. */
  readonly lineNumber: number | undefined;
}

export class Program {
  readonly #backend: IpvsBackend;
  readonly #environment: IpvsadmEnvironment;
  readonly #lists: Lists;
  #pending: PendingChange[] = [];
  #batch = FIRST_BATCH;
  /** Changes that are being made. */
  #changing: Promise<void> = Promise.resolve();
  /** Of the last command line that was carried out. */
  #exitCode = 0;
  /** The line of `-R` that ended the program. */
  #endedIn: number | undefined;

  constructor(backend: IpvsBackend, environment: IpvsadmEnvironment) {
    this.#backend = backend;
    this.#environment = environment;
    this.#lists = new Lists(backend, environment);
  }

  /** Resolves with the exit code. */
  async run(words: readonly string[]): Promise<number> {
    try {
      if (words.length === 0) await this.#print(() => this.#lists.everything({}));
      else await this.#line(words, undefined);
      await this.#carryOut();
      return this.#exitCode;
    } catch (error) {
      if (!(error instanceof ExitError)) throw error;
      await this.#carryOut();
      return this.#end(error);
    }
  }

  async #line(words: readonly string[], lineNumber: number | undefined): Promise<void> {
    try {
      const line = await this.#parse(words);
      checkLine(line);
      await this.#execute(line, lineNumber);
    } catch (error) {
      if (error instanceof OptionError) return this.#refuse(error.message, lineNumber);
      this.#endedIn ??= lineNumber;
      throw error;
    }
  }

  async #parse(words: readonly string[]): Promise<CommandLine> {
    const parsing = parseCommand(words, this.#environment.argv0);
    let step = parsing.next();
    while (!step.done) step = parsing.next(await answerTo(step.value, this.#environment.resolver));
    return step.value;
  }

  async #execute(line: CommandLine, lineNumber: number | undefined): Promise<void> {
    const operation = changeOf(line);
    if (operation !== undefined) {
      this.#pending.push({ operation, lineNumber });
      if (this.#pending.length >= this.#batch) {
        this.#batch = Math.min(LONGEST_BATCH, this.#batch * BATCH_GROWTH);
        const before = this.#changing;
        this.#begin();
        await before;
      }
      return;
    }
    await this.#carryOut();
    if (line.command === 'list') await this.#print(() => this.#lists.list(line));
    else if (line.command === 'save') await this.#print(() => this.#lists.save(line.format));
    else if (lineNumber !== undefined) tryHelp(this.#environment.argv0);
    else await this.#restore();
  }

  async #restore(): Promise<void> {
    this.#exitCode = 0;
    let lines = 0;
    for (const { number, words } of ruleLines(await this.#environment.stdin())) {
      await this.#line(words, number);
      if (++lines % LINES_PER_TURN === 0) await nextTurn();
    }
  }

  async #print(list: () => Promise<void>): Promise<void> {
    try {
      await list();
      this.#exitCode = 0;
    } catch (error) {
      if (!(error instanceof BackendRefusalError)) throw error;
      throw new ExitError(LISTING_FAILED, { stderr: `${refusalText(error.operation, error.refusal)}\n` });
    }
  }

  /** Has the collected changes made, and says which were refused. */
  async #carryOut(): Promise<void> {
    this.#begin();
    await this.#changing;
  }

  /** The same without waiting for it: once those before have been made. */
  #begin(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#changing = this.#changing.then(() => this.#change(pending));
    // That it failed is heard where it is waited for.
    this.#changing.catch(() => undefined);
  }

  async #change(pending: readonly PendingChange[]): Promise<void> {
    const answers = await this.#backend.callAll(pending.map(({ operation }) => operation));
    for (const [i, { operation, lineNumber }] of pending.entries()) {
      const answer = answers[i];
      this.#exitCode = 0;
      if (answer !== undefined && isRefusal(answer)) this.#say(refusalText(operation, answer), lineNumber);
    }
  }

  /** A line that was not understood, though those after it are read. */
  async #refuse(message: string, lineNumber: number | undefined): Promise<void> {
    await this.#carryOut();
    this.#say(message, lineNumber);
  }

  #say(message: string, lineNumber: number | undefined): void {
    this.#exitCode = MINUS_ONE;
    this.#environment.stderr.write(`${message}\n`);
    if (lineNumber !== undefined) this.#environment.onRefusedLine?.(lineNumber);
  }

  #end({ exitCode, stdout, stderr }: ExitError): number {
    this.#environment.stdout.write(stdout);
    this.#environment.stderr.write(stderr);
    if (exitCode !== 0 && this.#endedIn !== undefined) this.#environment.onRefusedLine?.(this.#endedIn);
    return exitCode;
  }
}

/** Splits what `-R` reads into the words of command lines. */

/**
 * One command line for each line of the text, the program's name left out wherever it stands; those without a word are
 * left out too. There are no quotes and no comments. A last line without a line break that ends in two blanks is lost.
 */
export function* ruleLines(text: string): Generator<{ readonly number: number; readonly words: string[] }> {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (index === lines.length - 1 && /[ \t\r]{2}$/.test(line)) return;
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '' && word !== 'ipvsadm');
    if (words.length > 0) yield { number: index + 1, words };
  }
}
