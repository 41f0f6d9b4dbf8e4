/**
 * Loads a URL with autocannon: how many answers each server gave, and autocannon's figures. As a program it prints them as
 * JSON; a traffic client calls `httpLoad`.
 *
 *     node http-load-client.ts --url http://10.0.1.100/ --connections 10 --amount 300 --new-connections
 *
 * With a new connection for each request, autocannon makes the requests but leaves them out of its statistics. Answers,
 * bytes and time are therefore counted here, from the headers that come in; latency is given for lasting connections only.
 */
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

/** What autocannon's parser hands out: names and values in turn. */
interface ParsedHeaders {
  readonly statusCode: number;
  readonly headers: readonly string[];
}

/** It looks this often whether it is done: once a second by itself, which is longer than a small load takes. */
const SAMPLE_MS = 20;

/** A load that nothing answers would otherwise wait for each request to time out. */
const FAILURES_TO_GIVE_UP = 20;

/** @param args Words as on a command line. */
export async function httpLoad(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', default: 'http://127.0.0.1/' },
      connections: { type: 'string', default: '10' },
      /** Requests to make; by time instead if absent. */
      amount: { type: 'string' },
      'duration-ms': { type: 'string', default: '1000' },
      /** A connection of its own for each request. */
      'new-connections': { type: 'boolean', default: false },
    },
  });
  const answersByServer: Record<string, number> = {};
  let answers = 0;
  let bytes = 0;
  let lastAnswerMs = 0;
  const startedMs = performance.now();
  const count = ({ statusCode, headers }: ParsedHeaders) => {
    lastAnswerMs = performance.now();
    if (statusCode >= 200 && statusCode < 300) answers++;
    bytes += Number(headerValue(headers, 'content-length') ?? 0);
    const server = headerValue(headers, 'x-real-server') ?? 'unnamed';
    answersByServer[server] = (answersByServer[server] ?? 0) + 1;
  };
  const result = await autocannon({
    url: values.url,
    connections: Number(values.connections),
    ...(values.amount === undefined
      ? { duration: Number(values['duration-ms']) / 1000 }
      : { amount: Number(values.amount) }),
    ...(values['new-connections'] ? { reconnectRate: 1 } : {}),
    sampleInt: SAMPLE_MS,
    timeout: 5,
    bailout: FAILURES_TO_GIVE_UP,
    setupClient: (client) => client.on('headers', (parsed) => count(parsed as unknown as ParsedHeaders)),
  });
  const failures = result.errors + result.timeouts;
  // By time, the requests under way at the end are nobody's failure; by number, every one must be answered.
  const requests = values.amount === undefined ? answers + result.non2xx + failures : Number(values.amount);
  const durationMs = lastAnswerMs - startedMs;
  return {
    requests,
    // A request that failed may have been made again, or not: it is counted once.
    errors: Math.max(requests - answers, failures),
    durationMs,
    requestsPerSecond: durationMs > 0 ? (answers * 1000) / durationMs : 0,
    ...(values['new-connections']
      ? {}
      : { latencyMs: { p50: result.latency.p50, p99: result.latency.p99, max: result.latency.max } }),
    bytes,
    answersByServer,
  };
}

function headerValue(headers: readonly string[], wanted: string): string | undefined {
  const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === wanted);
  return at < 0 ? undefined : headers[at + 1];
}

if (import.meta.main) process.stdout.write(JSON.stringify(await httpLoad(process.argv.slice(2))));
