/** Program: the client of a flood. Keeps connections that ask all the time, and says how long each answer took. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerRequests } from '../../lab/conversation.ts';
import type { Target } from '../faults/client-orders.ts';
import { settled } from '../faults/settled.ts';
import { TcpConnection } from '../faults/tcp-connection.ts';

export type ClientOrder =
  /** Opens connections, which ask from then on. Answered when each of them has had an answer. */
  | { readonly order: 'open'; readonly target: Target; readonly connections: number }
  /** Answered with `Taken`: what has been answered since the last time. */
  | { readonly order: 'take' }
  /** Answered with `Ended`, once each of them has been answered what it asked from now on, or after `graceMs`. */
  | { readonly order: 'finish'; readonly graceMs: number };

export interface Taken {
  readonly latenciesMs: readonly number[];
}

export interface Ended {
  /** Connections that were reset or closed, or got no answer. */
  readonly lost: number;
}

/** Between an answer and the next request of a connection. */
const PAUSE_MS = 250;
const PAGE_BYTES = 64;
const OPENING_MS = 10_000;

let connections: TcpConnection[] = [];
let latenciesMs: number[] = [];

await answerRequests<ClientOrder>(async (asked) => {
  if (asked.order === 'open') return open(asked.target, asked.connections);
  if (asked.order === 'finish') return finish(asked.graceMs);
  const taken: Taken = { latenciesMs };
  latenciesMs = [];
  return taken;
});

/** @throws Error if one of them gets no answer in time. */
async function open(target: Target, count: number): Promise<void> {
  connections = Array.from({ length: count }, () => new TcpConnection('idle', target));
  for (const [i, one] of connections.entries()) keepAsking(one, (i * PAUSE_MS) / count);
  const isOpen = () => connections.every(({ server }) => server !== undefined);
  await settled(isOpen, OPENING_MS);
  if (!isOpen()) throw new Error('not every connection was answered before the flood');
}

async function keepAsking(one: TcpConnection, afterMs: number): Promise<void> {
  await sleep(afterMs);
  while (one.isOpen) {
    const askedMs = performance.now();
    await one.ask(PAGE_BYTES);
    if (one.isOpen) latenciesMs.push(performance.now() - askedMs);
    await sleep(PAUSE_MS);
  }
}

async function finish(graceMs: number): Promise<Ended> {
  const sinceMs = performance.now();
  await settled(() => connections.every((one) => one.isSettled(sinceMs)), graceMs);
  const lost = connections.filter((one) => one.observed(sinceMs).fate !== 'kept').length;
  for (const one of connections) one.close();
  return { lost };
}
