/**
 * Program: loads servers over HTTP with autocannon, once for each order. One process for all orders, so that none of them
 * measures how Node warms up. Asked as a `Conversation`: see `HttpOrder`.
 */
import autocannon from 'autocannon';
import { answerRequests } from '../../lab/conversation.ts';
import { Pacer, pace } from './pacer.ts';

/** What the program is asked to do. */
export interface HttpOrder {
  /** Connections are spread over these. */
  readonly urls: readonly string[];
  readonly connections: number;
  /** A connection of its own for each request. */
  readonly newConnections: boolean;
  /** Requests due per second; as many as are answered if absent. */
  readonly perSecond?: number;
  readonly durationMs: number;
}

export interface HttpReply {
  /** What was answered in the time that counts, and that time. */
  readonly answers: number;
  readonly countedMs: number;
  /** Requests that got no answer, or one with another status than 200. */
  readonly failures: number;
  /** At a rate: from the moment a request was due to its answer, in milliseconds, in the order of answers. */
  readonly latenciesMs: readonly number[];
}

/** At full speed the beginning does not count: connections are opened then. */
const BEGINNING = 0.2;
/** Requests that are due at the end are waited for. */
const LAST_ANSWER_MS = 1_000;
/** autocannon looks at this interval whether it is to end. */
const LOOK_MS = 10;
const TIMEOUT_SECONDS = 5;
/** Longer than any load: each is ended here. */
const NEVER_SECONDS = 86_400;
/** A load that nothing answers ends early. */
const FAILURES_TO_GIVE_UP = 1_000;

await answerRequests<HttpOrder>((order) =>
  order.perSecond === undefined ? fullSpeed(order) : fixedRate(order, order.perSecond),
);

async function fullSpeed(order: HttpOrder): Promise<HttpReply> {
  const startMs = performance.now();
  const countFromMs = startMs + order.durationMs * BEGINNING;
  const endMs = startMs + order.durationMs;
  let answers = 0;
  let bad = 0;
  const failures = await load(order, (client, end) => {
    client.on('headers', (answer) => {
      const nowMs = performance.now();
      if (nowMs >= endMs) end();
      else if (nowMs >= countFromMs) answers++;
      if (!isOk(answer)) bad++;
    });
  });
  return { answers, countedMs: endMs - countFromMs, failures: failures + bad, latenciesMs: [] };
}

async function fixedRate(order: HttpOrder, perSecond: number): Promise<HttpReply> {
  const startMs = performance.now();
  const pacer = new Pacer(perSecond, startMs, order.durationMs);
  const latenciesMs: number[] = [];
  let inTime = 0;
  let bad = 0;
  const failures = await load(order, (client, end) => {
    pace(client, pacer, order.newConnections, (dueMs) => {
      const nowMs = performance.now();
      latenciesMs.push(nowMs - dueMs);
      if (nowMs - startMs <= order.durationMs) inTime++;
      if (latenciesMs.length === pacer.total) end();
    });
    client.on('headers', (answer) => {
      if (!isOk(answer)) bad++;
    });
  });
  pacer.stop();
  const unanswered = pacer.total - latenciesMs.length;
  return {
    answers: inTime,
    countedMs: order.durationMs,
    failures: Math.max(unanswered, failures) + bad,
    latenciesMs,
  };
}

/** What autocannon tells of an answer holds its status, which its types do not know. */
function isOk(answer: object): boolean {
  return 'statusCode' in answer && answer.statusCode === 200;
}

/** Resolves with how many connections failed, when `end` was called or it has lasted too long. */
function load(
  { urls, connections, newConnections, durationMs }: HttpOrder,
  setUp: (client: autocannon.Client, end: () => void) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        // Its types know of one address only.
        url: urls as unknown as string,
        connections,
        duration: NEVER_SECONDS,
        timeout: TIMEOUT_SECONDS,
        sampleInt: LOOK_MS,
        bailout: FAILURES_TO_GIVE_UP,
        ...(newConnections ? { reconnectRate: 1 } : {}),
        setupClient: (client) => setUp(client, end),
      },
      (error: Error | null, result) => {
        clearTimeout(limit);
        if (error === null) resolve(result.errors);
        else reject(error);
      },
    );
    const limit = setTimeout(end, durationMs + LAST_ANSWER_MS);
    function end(): void {
      (instance as unknown as { stop(): void }).stop();
    }
  });
}
