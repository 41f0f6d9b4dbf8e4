/**
 * A conversation with a program that runs on a host: one line of JSON for each request, one line for each answer.
 * `Conversation` is the side that asks, `answerRequests` the program's side.
 */
import type { Readable } from 'node:stream';
import { linesOf } from '../director/lines.ts';
import { LabError } from './error.ts';
import type { LabHost } from './netns/host.ts';

type Answer = { readonly done: unknown } | { readonly failed: string };

/** The line of a program's error output that says what went wrong. */
function firstErrorLine(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'no error output';
}

export class Conversation implements AsyncDisposable {
  readonly #title: string;
  readonly #input: NodeJS.WritableStream;
  readonly #ended: Promise<string>;
  readonly #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];

  private constructor(title: string, input: NodeJS.WritableStream, output: Readable, ended: Promise<string>) {
    this.#title = title;
    this.#input = input;
    this.#ended = ended;
    // Asking a program that has ended fails with how it ended, not with a write error.
    input.on('error', () => undefined);
    this.#listen(output).catch((error: Error) => this.#giveUp(error));
  }

  /** Starts a program of this project on a host; it calls `answerRequests`. */
  static start(host: LabHost, program: string, args: readonly string[] = []): Conversation {
    const running = host.run(process.execPath, [program, ...args], {
      stdin: 'pipe',
      buffer: { stdout: false },
      reject: false,
    });
    const title = `${program} on ${host.name}`;
    const ended = running.then(({ exitCode, stderr }) => `exit code ${exitCode}, ${firstErrorLine(stderr)}`);
    return new Conversation(title, running.stdin, running.stdout, ended);
  }

  /** Resolves when the program has started and listens. */
  ready(): Promise<void> {
    return this.ask(READY);
  }

  /** @throws LabError with what the program said went wrong, or how it ended. */
  async ask<Reply>(request: unknown): Promise<Reply> {
    const answer = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#input.write(`${JSON.stringify(request)}\n`);
    return (await Promise.race([
      answer,
      this.#ended.then((how) => Promise.reject(new LabError(`${this.#title} ended: ${how}`))),
    ])) as Reply;
  }

  /** Resolves when the program has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#input.end();
    await this.#ended;
  }

  /** Until the program ends, which whoever asks is told. */
  async #listen(output: Readable): Promise<void> {
    for await (const line of linesOf(output)) this.#hear(JSON.parse(line) as Answer);
  }

  #giveUp({ message }: Error): void {
    const error = new LabError(`${this.#title}: its answer cannot be read: ${message}`);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #hear(answer: Answer): void {
    const next = this.#waiting.shift();
    if ('done' in answer) next?.resolve(answer.done);
    else next?.reject(new LabError(`${this.#title}: ${answer.failed}`));
  }
}

/** Every program answers this request by itself, to show that it is listening. */
const READY = 'ready?';

/**
 * Answers requests one after the other until standard input ends.
 *
 * @param answer What it throws is reported to the side that asked.
 */
export async function answerRequests<Request>(answer: (request: Request) => unknown): Promise<void> {
  for await (const line of linesOf(process.stdin)) {
    process.stdout.write(`${JSON.stringify(await answered(line, answer))}\n`);
  }
}

async function answered<Request>(line: string, answer: (request: Request) => unknown): Promise<object> {
  try {
    const request = JSON.parse(line);
    return { done: request === READY ? null : ((await answer(request as Request)) ?? null) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
