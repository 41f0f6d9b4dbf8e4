/** A conversation with a program that a host runs: a line of JSON for each request, a line for each answer, in turn. */
import { createInterface } from 'node:readline';
import { READY } from './answer-requests.ts';
import { LabError } from './error.ts';
import type { LabHost } from './netns/host.ts';

type Answer = { readonly done: unknown } | { readonly failed: string };

/** The line of a program's last words that says what went wrong. */
function firstErrorLine(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'without a word';
}

export class Conversation implements AsyncDisposable {
  readonly #title: string;
  readonly #input: NodeJS.WritableStream;
  readonly #ended: Promise<string>;
  readonly #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];

  private constructor(
    title: string,
    input: NodeJS.WritableStream,
    output: NodeJS.ReadableStream,
    ended: Promise<string>,
  ) {
    this.#title = title;
    this.#input = input;
    this.#ended = ended;
    // Who asks a program that has ended learns why from how it ended.
    input.on('error', () => undefined);
    createInterface({ input: output }).on('line', (line) => this.#hear(JSON.parse(line) as Answer));
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

  #hear(answer: Answer): void {
    const next = this.#waiting.shift();
    if ('done' in answer) next?.resolve(answer.done);
    else next?.reject(new LabError(`${this.#title}: ${answer.failed}`));
  }
}
