import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { HttpOrder, HttpReply } from '../../../harness/throughput/load-client.ts';

const CLIENT = fileURLToPath(new URL('../../../harness/throughput/load-client.ts', import.meta.url));

/** A client as the bench starts it, asked line by line. */
function startClient() {
  const child = execa(process.execPath, [CLIENT], { stdin: 'pipe', buffer: false });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(order: HttpOrder): Promise<HttpReply> {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const answer = JSON.parse((await lines.next()).value ?? '{}') as { done?: HttpReply; failed?: string };
      if (answer.done === undefined) throw new Error(answer.failed);
      return answer.done;
    },
    async end() {
      child.stdin.end();
      await child;
    },
  };
}

describe('the HTTP load of a throughput run', () => {
  let client: ReturnType<typeof startClient>;

  beforeAll(() => {
    client = startClient();
  });
  afterAll(() => client.end());

  /** A server that answers so, and how many requests and connections it has had. */
  async function serve(answer: RequestListener) {
    const seen = { requests: 0, connections: 0 };
    const server = createServer((request, response) => {
      seen.requests++;
      answer(request, response);
    });
    server.on('connection', () => seen.connections++);
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen };
  }

  const ok: RequestListener = (_request, response) =>
    void response.writeHead(200, { 'content-length': 2 }).end('ok');

  /** A load at full speed, played again for longer where a busy machine has answered nothing in the time counted. */
  async function answered(order: { readonly connections: number; readonly newConnections: boolean }) {
    for (let durationMs = 200; ; durationMs *= 2) {
      const { url, seen } = await serve(ok);
      const reply = await client.ask({ ...order, urls: [url], durationMs });
      if (reply.answers > 0 || durationMs > 5_000) return { reply, seen, durationMs };
    }
  }

  it('counts answers at full speed, on as many connections as it is told', async () => {
    const { reply, seen, durationMs } = await answered({ connections: 3, newConnections: false });
    expect(reply).toMatchObject({
      failures: 0,
      countedMs: expect.closeTo(0.8 * durationMs, 6),
      latenciesMs: [],
    });
    expect(reply.answers).toBeGreaterThan(0);
    expect(reply.answers).toBeLessThanOrEqual(seen.requests);
    expect(seen.connections).toBe(3);
  });

  it('opens a connection for each request if it is told to', async () => {
    const { reply, seen } = await answered({ connections: 2, newConnections: true });
    expect(reply.answers).toBeGreaterThan(0);
    expect(seen.connections).toBeGreaterThanOrEqual(seen.requests);
  });

  it('spreads connections over several addresses', async () => {
    const [first, second] = [await serve(ok), await serve(ok)];
    const urls = [first.url, second.url];
    await client.ask({ urls, connections: 4, newConnections: false, durationMs: 100 });
    expect([first.seen.connections, second.seen.connections]).toEqual([2, 2]);
  });

  it.each([false, true])(
    'asks as often as is due at a fixed rate, and no more (new connections: %s)',
    async (newConnections) => {
      const { url, seen } = await serve(ok);
      const order = { urls: [url], connections: 4, newConnections, perSecond: 200, durationMs: 300 };
      const reply = await client.ask(order);
      expect(reply.latenciesMs).toHaveLength(60);
      expect(seen.requests).toBe(60);
      expect(reply.failures).toBe(0);
    },
  );

  it('counts the waiting of all requests that were due while a server stalled', async () => {
    const STALL_MS = 300;
    let stalled = false;
    const { url, seen } = await serve((request, response) => {
      const after = seen.requests === 20 && !stalled ? STALL_MS : 0;
      stalled ||= after > 0;
      setTimeout(() => ok(request, response), after);
    });
    // On one connection, as users behind one proxy: what comes after waits for what stalls.
    const order = { urls: [url], connections: 1, newConnections: false, perSecond: 200, durationMs: 1_000 };
    const { latenciesMs } = await client.ask(order);
    expect(latenciesMs).toHaveLength(200);
    // 60 are due in 300 ms; those due in its first 200 ms have waited for at least 100 ms. A slow machine makes it more.
    expect(latenciesMs.filter((latency) => latency >= 100).length).toBeGreaterThanOrEqual(39);
  });

  it('counts answers with another status, and requests without any, as failures', async () => {
    const broken = await serve(
      (_request, response) => void response.writeHead(503, { 'content-length': 0 }).end(),
    );
    const order = { connections: 2, newConnections: false, perSecond: 100, durationMs: 200 };
    expect((await client.ask({ ...order, urls: [broken.url] })).failures).toBe(20);
    const silent = await serve((request) => void request.socket.destroy());
    const reply = await client.ask({ ...order, urls: [silent.url] });
    expect(reply.answers).toBe(0);
    expect(reply.failures).toBeGreaterThanOrEqual(20);
  });
});
