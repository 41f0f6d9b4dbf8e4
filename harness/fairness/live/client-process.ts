/** The program that plays the clients, running on the client's host: orders in, answers out. */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Lab, LabError } from '../../../lab/index.ts';
import type { Answer, ClientOrder } from './client-orders.ts';

const PROGRAM = fileURLToPath(new URL('plan-client.ts', import.meta.url));

export class ClientProcess implements AsyncDisposable {
  readonly #process: ReturnType<typeof spawn>;
  readonly #lines: AsyncIterator<string>;

  constructor(lab: Lab) {
    this.#process = spawn(lab);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves when all of the orders have been carried out. @throws LabError if the program ended instead. */
  async carryOut(orders: readonly ClientOrder[]): Promise<Answer[]> {
    this.#process.stdin.write(`${JSON.stringify(orders)}\n`);
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value) as Answer[];
    const { stderr, shortMessage } = await this.#process.catch((error) => error);
    throw new LabError(`The clients' program ended early: ${stderr || shortMessage || 'it said nothing'}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    await this.#process.catch(() => undefined);
  }
}

function spawn(lab: Lab) {
  return lab
    .host('client')
    .run(process.execPath, [PROGRAM], { stdin: 'pipe', reject: false, buffer: { stdout: false } });
}
