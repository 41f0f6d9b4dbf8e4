/** Commands to a guest, over a pair of streams (the protocol is in `init-script.ts`). */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Output } from '../ipvsadm.ts';

export class GuestAgent {
  readonly #write: Writable;
  readonly #waiting = new Map<string, (answer: string) => void>();
  #asked = 0;

  constructor(write: Writable, read: Readable) {
    this.#write = write;
    createInterface({ input: read }).on('line', (line) => {
      const [id = ''] = line.split(' ');
      this.#waiting.get(id)?.(line);
      this.#waiting.delete(id);
    });
    // Nobody reads any more: the guest has ended, which whoever owns it knows.
    write.on('error', () => undefined);
  }

  /**
   * Runs a shell's script in the guest. Scripts run one after the other.
   *
   * @returns undefined where there is no answer in time.
   */
  async run(script: string, limitMs: number): Promise<Output | undefined> {
    const line = script.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    const answer = await this.#ask(`run ${line}`, limitMs);
    if (answer === undefined) return undefined;
    const [, code = '', stdout = '', stderr = ''] = answer.split(' ');
    return { exitCode: Number(code), stdout: textOf(stdout), stderr: textOf(stderr) };
  }

  /** Has scripts run in a network namespace of the guest from now on. Whether it answers in time: where it cannot, the guest ends. */
  async enter(namespace: string, limitMs: number): Promise<boolean> {
    return (await this.#ask(`enter ${namespace}`, limitMs)) !== undefined;
  }

  /** Whether it answers in time. What has reached the guest before has been dealt with then. */
  async answers(limitMs: number): Promise<boolean> {
    return (await this.#ask('ask', limitMs)) !== undefined;
  }

  /** How many frames its cards have received so far; undefined where there is no answer in time. */
  async received(limitMs: number): Promise<number | undefined> {
    const answer = await this.#ask('received', limitMs);
    return answer === undefined ? undefined : Number(answer.split(' ')[1]);
  }

  #ask(request: string, limitMs: number): Promise<string | undefined> {
    const id = String(++this.#asked);
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(undefined);
      }, limitMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
      this.#write.write(`${id} ${request}\n`);
    });
  }
}

/** `=` and Base64. */
function textOf(field: string): string {
  return Buffer.from(field.slice(1), 'base64').toString();
}
