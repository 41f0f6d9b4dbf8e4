/** One flow of datagrams across a fault, from a port of its own; each datagram is echoed with its server's name before it. */
import { createSocket, type Socket } from 'node:dgram';
import type { ObservedConnection } from '../../scenarios/faults/observation.ts';
import type { Target } from './client-orders.ts';

/** One that has been under way for less may still be answered. */
const MOST_UNDER_WAY_MS = 500;

export class UdpFlow {
  readonly #socket: Socket = createSocket('udp4');
  readonly #sentMs = new Map<number, number>();
  #next = 0;
  #firstServer: string | undefined;
  #lastServer: string | undefined;
  #answeredMs = 0;
  /** When the last datagram was sent that has been answered. */
  #lastAnsweredSentMs = Number.NEGATIVE_INFINITY;
  #silenceMs = 0;
  #answers = 0;

  constructor({ address, udpPort }: Target) {
    // A refusal by the server (ICMP) is an answer that did not come.
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (message) => this.#hear(message.toString()));
    this.#socket.connect(udpPort, address);
  }

  /** Sends the next datagram. */
  send(): void {
    const number = this.#next++;
    try {
      this.#socket.send(`${number}`, () => undefined);
      this.#sentMs.set(number, performance.now());
    } catch {
      // It is not connected yet.
    }
  }

  mark(): void {
    this.#silenceMs = 0;
    this.#answeredMs = performance.now();
    for (const [number, sentMs] of this.#sentMs) {
      if (performance.now() - sentMs > MOST_UNDER_WAY_MS) this.#sentMs.delete(number);
    }
  }

  /** How many datagrams have been answered. */
  get answers(): number {
    return this.#answers;
  }

  get server(): string | undefined {
    return this.#firstServer;
  }

  /** Whether a datagram has been answered that was sent after that time. */
  isSettled(sinceMs: number): boolean {
    return this.#lastAnsweredSentMs >= sinceMs;
  }

  observed(sinceMs: number): ObservedConnection {
    const nowMs = performance.now();
    const lost = [...this.#sentMs.values()].filter((sentMs) => nowMs - sentMs > MOST_UNDER_WAY_MS).length;
    const isMoved = this.#lastServer !== this.#firstServer;
    return {
      traffic: 'udp',
      ...(this.#firstServer !== undefined && { server: this.#firstServer }),
      fate: this.isSettled(sinceMs) ? (isMoved ? 'moved' : 'kept') : 'silent',
      lost,
      silenceMs: Math.max(this.#silenceMs, nowMs - this.#answeredMs),
    };
  }

  close(): void {
    this.#socket.close();
  }

  #hear(message: string): void {
    const [server = '', number = ''] = message.split(' ');
    const sentMs = this.#sentMs.get(Number(number));
    if (sentMs === undefined) return;
    this.#sentMs.delete(Number(number));
    const nowMs = performance.now();
    if (this.#answeredMs > 0) this.#silenceMs = Math.max(this.#silenceMs, nowMs - this.#answeredMs);
    this.#answeredMs = nowMs;
    this.#answers++;
    this.#lastAnsweredSentMs = Math.max(this.#lastAnsweredSentMs, sentMs);
    this.#firstServer ??= server;
    this.#lastServer = server;
  }
}
