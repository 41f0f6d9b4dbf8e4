/** One HTTP connection across a fault: what it asked, what was answered, and how it ended. */
import { createConnection, type Socket } from 'node:net';
import type { Fate, ObservedConnection, TrafficKind } from '../../scenarios/faults/observation.ts';
import { readAnswer, requestText } from '../live/http-exchange.ts';
import type { Target } from './client-orders.ts';

/** TCP gave up, or a router said that nobody is there: no answer of the service. */
function isUnanswered(code: string | undefined): boolean {
  return code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH';
}

export class TcpConnection {
  readonly traffic: TrafficKind;
  readonly #socket: Socket;
  #server: string | undefined;
  #ended: Fate | undefined;
  #askedMs: number | undefined;
  /** When the last request was asked that has been answered. */
  #answeredAskedMs = Number.NEGATIVE_INFINITY;
  #silenceMs = 0;
  #answers = 0;
  #lost = 0;

  constructor(traffic: TrafficKind, { address, httpPort }: Target) {
    this.traffic = traffic;
    this.#socket = createConnection({ host: address, port: httpPort, noDelay: true });
    // What ends first tells the fate: after an error Node closes the connection too.
    this.#socket
      .on('error', ({ code }: NodeJS.ErrnoException) => this.#end(isUnanswered(code) ? 'silent' : 'reset'))
      .on('end', () => this.#end('closed'))
      .on('close', () => this.#end('closed'));
  }

  /** Resolves when a body of so many bytes has come; never, if none comes. */
  async ask(bytes: number): Promise<void> {
    if (this.#ended !== undefined) return;
    const askedMs = performance.now();
    this.#askedMs = askedMs;
    const answer = readAnswer(this.#socket);
    this.#socket.write(requestText(bytes, false));
    try {
      const { server } = await answer;
      this.#server ??= server;
      this.#answers++;
      this.#answeredAskedMs = askedMs;
      this.#silenceMs = Math.max(this.#silenceMs, performance.now() - this.#askedMs);
    } catch {
      this.#lost++;
    }
    this.#askedMs = undefined;
  }

  /** What has been seen until now does not count. */
  mark(): void {
    this.#silenceMs = 0;
    this.#lost = 0;
    if (this.#askedMs !== undefined) this.#askedMs = performance.now();
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Whether it has ended, or has been answered what it asked after that time. */
  isSettled(sinceMs: number): boolean {
    return !this.isOpen || this.#answeredAskedMs >= sinceMs;
  }

  /** How many requests have been answered. */
  get answers(): number {
    return this.#answers;
  }

  get server(): string | undefined {
    return this.#server;
  }

  observed(sinceMs: number): ObservedConnection {
    const waitingMs = this.#askedMs === undefined ? 0 : performance.now() - this.#askedMs;
    const isWaiting = !this.isSettled(sinceMs);
    return {
      traffic: this.traffic,
      ...(this.#server !== undefined && { server: this.#server }),
      fate: this.#ended ?? (isWaiting ? 'silent' : 'kept'),
      lost: this.#lost + (isWaiting ? 1 : 0),
      silenceMs: Math.max(this.#silenceMs, waitingMs),
    };
  }

  close(): void {
    this.#socket.destroy();
  }

  #end(how: Fate): void {
    this.#ended ??= how;
  }
}
