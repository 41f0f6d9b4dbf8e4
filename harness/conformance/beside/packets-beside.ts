/** Packet cases that are played in a process of their own, while this one is busy with live traffic. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { forget, LabError, remember } from '../../../lab/index.ts';
import type { ModePlan, PlayContext, PlayPlans } from '../play-plans.ts';
import type { Report, Request } from './messages.ts';

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url));

/**
 * Begins at once; what is reported before somebody asks for it is kept. As a lab, it is taken down when a signal ends
 * this process.
 */
export class PacketsBeside implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: readonly PromiseWithResolvers<void>[];
  #kept: Report[] = [];
  #context: PlayContext | undefined;

  /** @param plans Of cases of the catalogue, for this repository’s director. */
  constructor(plans: readonly ModePlan[], seed: number, resultDirectory: string) {
    this.#ended = plans.map(() => Promise.withResolvers<void>());
    // A plan may fail before anybody asks.
    for (const { promise } of this.#ended) promise.catch(() => undefined);
    this.#process = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#process.on('message', (report: Report) => this.#take(report));
    this.#process.on('error', (error) => this.#lost(error.message));
    this.#process.on('exit', (code, signal) => this.#lost(`it ended with ${signal ?? `exit code ${code}`}`));
    const numbered = plans.map(({ mode, lab, cases }) => ({
      mode,
      lab,
      indexes: cases.map((one) => one.index),
    }));
    const request: Request = { plans: numbered, seed, resultDirectory };
    this.#process.send(request);
    remember(this);
  }

  /** Tells what it has played and goes on to play; to be called once, with the plans that it was begun with. */
  readonly play: PlayPlans = (_plans, context) => {
    this.#context = context;
    for (const report of this.#kept) this.#tell(report, context);
    this.#kept = [];
    return this.#ended.map(({ promise }) => promise);
  };

  /** Ends the process, which takes its networks down first. */
  async [Symbol.asyncDispose](): Promise<void> {
    forget(this);
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exited;
  }

  #take(report: Report): void {
    if (report.of === 'ended') {
      const { resolve, reject } = this.#ended[report.at] as PromiseWithResolvers<void>;
      if (report.problem === undefined) resolve();
      else reject(new LabError(report.problem));
    } else if (this.#context === undefined) this.#kept.push(report);
    else this.#tell(report, this.#context);
  }

  #tell(report: Report, { step, played, isOver }: PlayContext): void {
    if (isOver()) return;
    if (report.of === 'begun') step(report.what);
    else if (report.of === 'played') played(report.at, report.result);
  }

  #lost(how: string): void {
    const error = new LabError(`The process that plays cases packet by packet was lost: ${how}.`);
    for (const { reject } of this.#ended) reject(error);
  }
}
