/**
 * Program: loads a URL with autocannon and prints, as JSON, its figures and how many answers each server gave.
 *
 *     node http-load-client.ts --url http://10.0.1.100/ --connections 10 --amount 300 --new-connections
 */
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const { values } = parseArgs({
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

const result = await autocannon({
  url: values.url,
  connections: Number(values.connections),
  ...(values.amount === undefined
    ? { duration: Number(values['duration-ms']) / 1000 }
    : { amount: Number(values.amount) }),
  ...(values['new-connections'] ? { reconnectRate: 1 } : {}),
  timeout: 5,
  setupClient: (client) => {
    client.on('headers', (parsed) => {
      // What autocannon hands out is its parser's record: names and values in turn.
      const { headers } = parsed as unknown as { headers: string[] };
      const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'x-real-server');
      const server = at < 0 ? 'unnamed' : (headers[at + 1] as string);
      answersByServer[server] = (answersByServer[server] ?? 0) + 1;
    });
  },
});

process.stdout.write(
  JSON.stringify({
    requests: result.requests.sent,
    answers: result['2xx'],
    errors: result.errors + result.timeouts + result.non2xx,
    durationMs: result.duration * 1000,
    requestsPerSecond: result.requests.average,
    latencyMs: { p50: result.latency.p50, p99: result.latency.p99, max: result.latency.max },
    bytes: result.throughput.total,
    answersByServer,
  }),
);
