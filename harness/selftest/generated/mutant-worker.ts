/** A process that tries mutants, seen from the one that started it. */
import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODULES_VARIABLE, MUTANT_VARIABLE } from './load-instrumented.ts';
import type { Covered, Report, Request } from './messages.ts';

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url));
const LOADER = new URL('load-instrumented.ts', import.meta.url).href;
/** Longer than any case takes on a machine that is busy with others. */
const SILENCE_MS = 60_000;
/** What a mutant that never stops allocating may have. */
const HEAP_MB = 1024;

export type Loaded = Extract<Report, { of: 'loaded' }>;
export type Done = Extract<Report, { of: 'done' }>;

/** It ended by itself, or said nothing for too long and was ended; `turn` is the one that it was at, if it had begun. */
export interface Lost {
  readonly of: 'lost';
  readonly kind: 'died' | 'endless';
  readonly turn: number | undefined;
  readonly message: string;
}

export interface WorkerPlan {
  /** File with the instrumented modules. */
  readonly modulesFile: string;
  readonly seed: number;
  /** The mutant that the director is while it is loaded. */
  readonly mutant?: number;
}

export class MutantWorker implements Disposable {
  readonly #process: ChildProcess;
  readonly loaded: Promise<Loaded | Lost>;
  #stderr = '';
  #turn: number | undefined;
  #onReport: (report: Report | Lost) => void = () => undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor({ modulesFile, seed, mutant }: WorkerPlan) {
    this.#process = fork(PROGRAM, [String(seed)], {
      execArgv: ['--import', LOADER, `--max-old-space-size=${HEAP_MB}`],
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(tmpdir(), 'lvs-lab-compile-cache'),
        [MODULES_VARIABLE]: modulesFile,
        ...(mutant !== undefined && { [MUTANT_VARIABLE]: String(mutant) }),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-2_000);
    });
    this.#process.on('message', (report: Report) => this.#take(report));
    this.#process.on('error', (error) => this.#lost('died', error.message));
    this.#process.on('exit', (code, signal) => this.#lost('died', this.#stderr || `${signal ?? code}`));
    this.loaded = this.#next((report) => report.of === 'loaded') as Promise<Loaded | Lost>;
  }

  /** @param onCovered Told of each turn of the right director. */
  ask(request: Request, onCovered: (covered: Covered) => void = () => undefined): Promise<Done | Lost> {
    const done = this.#next((report) => {
      if (report.of === 'covered') onCovered(report.covered);
      return report.of === 'done';
    });
    this.#process.send(request, () => undefined);
    return done as Promise<Done | Lost>;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#silence);
    this.#onReport = () => undefined;
    this.#process.kill('SIGKILL');
  }

  #next(isAwaited: (report: Report) => boolean): Promise<Report | Lost> {
    this.#turn = undefined;
    this.#watch();
    return new Promise((resolve) => {
      this.#onReport = (report) => {
        if (report.of === 'lost' || isAwaited(report)) {
          clearTimeout(this.#silence);
          resolve(report);
        }
      };
    });
  }

  #take(report: Report): void {
    this.#watch();
    if (report.of === 'begun') this.#turn = report.turn;
    this.#onReport(report);
  }

  #watch(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#lost('endless', `nothing for ${SILENCE_MS / 1000} s`);
      this.#process.kill('SIGKILL');
    }, SILENCE_MS);
  }

  #lost(kind: Lost['kind'], message: string): void {
    this.#onReport({ of: 'lost', kind, turn: this.#turn, message });
  }
}
