import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from '../error.ts';
import { until } from './until.ts';

/** How a process tells that it is ready: a line of its output, or a question that is asked until it answers true. */
export type Readiness = RegExp | (() => Promise<boolean> | boolean);

export interface StartOptions {
  /** Without it, the process counts as ready when it has been started. */
  readonly ready?: Readiness;
  /** How long it may take to get ready; 30 000 if absent: a busy machine may take long. */
  readonly readyTimeoutMs?: number;
  /** How long it may take to end after SIGTERM before SIGKILL follows; 2 000 if absent. */
  readonly graceMs?: number;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** How a process ended. */
export interface Exit {
  /** Absent if a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

export interface Launch extends StartOptions {
  /** Whose process it is, for messages: host and name. */
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  readonly logFile: string;
}

/** A process that runs, but was not ready in time. */
export class NotReadyError extends LabError {}

/** A long-running process of a lab. Its output goes to a file, not through this process, so it can outlive it. */
export class LabProcess {
  readonly title: string;
  readonly logFile: string;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<Exit>;
  #alive = true;
  readonly #child: ChildProcess;
  readonly #logStart: number;
  readonly #graceMs: number;

  private constructor(child: ChildProcess, pid: number, launch: Launch, logStart: number) {
    this.#child = child;
    this.pid = pid;
    this.title = launch.title;
    this.logFile = launch.logFile;
    this.#logStart = logStart;
    this.#graceMs = launch.graceMs ?? 2_000;
    this.exited = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.#alive = false;
        resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined });
      });
    });
  }

  /** @throws LabError with the end of the log, if the process ends or time passes before it is ready. */
  static async start(launch: Launch): Promise<LabProcess> {
    await mkdir(dirname(launch.logFile), { recursive: true });
    await using log = await open(launch.logFile, 'a');
    const [file, ...args] = launch.command;
    // A full disk is noticed here, and not when nothing has been heard of the process for long.
    await log.write(`$ ${launch.command.join(' ')}\n`).catch((error: Error) => {
      throw new LabError(
        `${launch.title} was not started, since its log cannot be written: ${error.message}`,
      );
    });
    const { size } = await log.stat();
    const child = spawn(file, args, {
      stdio: ['ignore', log.fd, log.fd],
      // A session of its own: Ctrl-C reaches the bench alone, which then ends things in order.
      detached: true,
      env: { ...process.env, ...launch.env },
      cwd: launch.cwd,
    });
    if (child.pid === undefined) {
      const [error] = await once(child, 'error');
      throw new LabError(`${launch.title} could not be started: ${error.message}`);
    }
    const started = new LabProcess(child, child.pid, launch, size);
    if (launch.ready) await started.#becomeReady(launch.ready, launch.readyTimeoutMs ?? 30_000);
    return started;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** All that the process has written since it was started. */
  async output(): Promise<string> {
    const { size } = await stat(this.logFile);
    if (size <= this.#logStart) return '';
    if (this.#logStart === 0) return readFile(this.logFile, 'utf8');
    const chunks = await createReadStream(this.logFile, {
      start: this.#logStart,
      encoding: 'utf8',
    }).toArray();
    return chunks.join('');
  }

  /** SIGTERM, and SIGKILL after the grace time. Resolves when the process has ended; doing it twice is fine. */
  async stop(): Promise<Exit> {
    if (this.#alive) {
      this.signal('SIGTERM');
      const grace = setTimeout(() => this.signal('SIGKILL'), this.#graceMs);
      await this.exited;
      clearTimeout(grace);
    }
    return this.exited;
  }

  /** Sends a signal, if the process still runs. */
  signal(signal: NodeJS.Signals): void {
    if (this.#alive) this.#child.kill(signal);
  }

  /** Lets this process end while the other goes on. */
  unref(): void {
    this.#child.unref();
  }

  async #becomeReady(ready: Readiness, limitMs: number): Promise<void> {
    let heardBytes = 0;
    const says = async (text: RegExp) => {
      // Asked hundreds of times a second: without a thread, as long as there is nothing new to read.
      const { size } = statSync(this.logFile);
      if (size === heardBytes) return false;
      heardBytes = size;
      return text.test(await this.output());
    };
    const isReady = () => (ready instanceof RegExp ? says(ready) : ready());
    const outcome = await until(
      async () => {
        if (!this.#alive) return 'ended';
        return (await isReady()) ? 'ready' : undefined;
      },
      { limitMs },
    );
    if (outcome === 'ready') return;
    const exit = outcome === 'ended' ? await this.exited : undefined;
    if (exit !== undefined) {
      const how = describeExit(exit);
      throw new LabError(`${this.title} ended ${how} before it was ready. ${await this.#lastLines()}`);
    }
    await this.stop();
    const missing = ready instanceof RegExp ? `: it wrote no line that matches ${ready}` : '';
    throw new NotReadyError(
      `${this.title} was not ready after ${limitMs} ms${missing}. ${await this.#lastLines()}`,
    );
  }

  async #lastLines(): Promise<string> {
    const lines = (await this.output()).trimEnd().split('\n').slice(-15);
    const said = lines.join('\n').trim();
    return said === '' ? `It wrote nothing to ${this.logFile}.` : `The end of ${this.logFile}:\n${said}`;
  }
}

/** In words, for messages: `with exit code 1`, `by SIGSEGV`. */
export function describeExit({ exitCode, signal }: Exit): string {
  return signal === undefined ? `with exit code ${exitCode}` : `by ${signal}`;
}
