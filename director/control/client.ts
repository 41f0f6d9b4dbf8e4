/** The other end of the control socket: asks a running director. */
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { CodedError } from '../coded-error.ts';
import type { Descriptors, Inheritance } from '../handover/descriptors.ts';
import { linesOf } from '../lines.ts';
import type { MarkWords } from '../services/marks.ts';
import type { Settings } from '../settings.ts';
import type { Answer } from './ipvsadm/backend/answers.ts';
import type { Operation } from './ipvsadm/backend/operations.ts';
import type { Response } from './protocol.ts';
import type { RunningState } from './snapshot.ts';
import { PROTOCOL_VERSION } from './socket.ts';

const TIMEOUT_MS = 10_000;
/** So many keep packets waiting for a few milliseconds only. */
const OPERATIONS_PER_REQUEST = 300;

/** The director refused, or could not be asked. */
export class ControlError extends CodedError {
  readonly code = 'DIRECTOR_CONTROL';
}

export class ControlClient {
  readonly #path: string;
  readonly #connect: () => Duplex;

  /**
   * @param path The socket, see `controlSocketPath`.
   * @param connect Where the director is reached in another way: makes a connection. The path only names it then.
   */
  constructor(path: string, connect = () => connectionTo(path)) {
    this.#path = path;
    this.#connect = connect;
  }

  snapshot(): Promise<RunningState> {
    return this.#ask({ method: 'snapshot' }) as Promise<RunningState>;
  }

  /** The same without the connections, which are counted only: it takes no longer where there are a million of them. */
  summary(): Promise<RunningState> {
    return this.#ask({ method: 'snapshot', connections: false }) as Promise<RunningState>;
  }

  /** Carries out rules in the language of `ipvsadm -R`. */
  async apply(rules: string): Promise<void> {
    await this.#ask({ method: 'apply', rules });
  }

  /** Marks packets, as `lvs-lab director mark` says. */
  async mark(words: MarkWords): Promise<void> {
    await this.#ask({ method: 'mark', ...words });
  }

  settings(): Promise<Settings> {
    return this.#ask({ method: 'get' }) as Promise<Settings>;
  }

  /** @param setting `NAME=VALUE` */
  async set(setting: string): Promise<void> {
    await this.#ask({ method: 'set', setting });
  }

  /** Carries out what `ipvsadm` asks, in order, and answers each. Many go in several requests, which do not wait for each other. */
  async ipvs(operations: readonly Operation[]): Promise<readonly Answer[]> {
    const requests: Record<string, unknown>[] = [];
    for (let i = 0; i < operations.length; i += OPERATIONS_PER_REQUEST) {
      requests.push({ method: 'ipvs', operations: operations.slice(i, i + OPERATIONS_PER_REQUEST) });
    }
    return ((await this.#askAll(requests)) as (readonly Answer[])[]).flat();
  }

  /** Makes it forget all rules, connections, settings and counters. */
  async reset(): Promise<void> {
    await this.#ask({ method: 'reset' });
  }

  /** Resolves when all that had come in by then has been dealt with, and what is due by time has been done. */
  async settle(): Promise<void> {
    await this.#ask({ method: 'settle' });
  }

  /** Where the director has what another one can go on with; from then on a process may take that. */
  async inheritance(pid: number): Promise<Inheritance> {
    return (await this.#ask({ method: 'inheritance', pid })) as Inheritance;
  }

  /**
   * Has the director end, and leave everything to another one; or, where that one has not taken all that there is by now,
   * go on.
   * @param taken What that one has taken, as `inheritance` named it. Without it the director ends in any case.
   */
  async handOver(taken?: Descriptors): Promise<{ readonly leavesAll?: boolean }> {
    return (await this.#ask({ method: 'handover', descriptors: taken })) as { leavesAll?: boolean };
  }

  /** Resolves when the director has agreed to end. */
  async stop(): Promise<void> {
    await this.#ask({ method: 'stop' });
  }

  async #ask(request: Record<string, unknown>): Promise<unknown> {
    const [answer] = await this.#askAll([request]);
    return answer;
  }

  /** Over one connection. The first that is refused ends it: whether those after it are carried out is open. */
  async #askAll(requests: readonly Record<string, unknown>[]): Promise<readonly unknown[]> {
    if (requests.length === 0) return [];
    const connection = this.#connect();
    try {
      for (const request of requests) {
        connection.write(`${JSON.stringify({ version: PROTOCOL_VERSION, ...request })}\n`);
      }
      return await answersOf(connection, requests.length);
    } catch (error) {
      if (error instanceof ControlError) throw error;
      throw new ControlError(
        `cannot reach the director: ${reasonOf(error as NodeJS.ErrnoException)} (${this.#path})`,
      );
    } finally {
      connection.destroy();
    }
  }
}

function connectionTo(path: string): Duplex {
  const connection = createConnection(path);
  return connection.setTimeout(TIMEOUT_MS, () => connection.destroy(new Error('no answer in 10 s')));
}

async function answersOf(connection: Duplex, count: number): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for await (const line of linesOf(connection)) {
    const response = JSON.parse(line) as Response;
    if (!response.ok) throw new ControlError(response.error);
    if (results.push(response.result) === count) return results;
  }
  throw new Error('it closed the connection without an answer');
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
  return nobody ? 'none is running in this network namespace' : error.message;
}
