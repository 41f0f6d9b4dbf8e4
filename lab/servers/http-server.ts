/**
 * Program: an HTTP real server that says who it is.
 *
 *     node http-server.ts --name rs1 --port 80 --store 10.0.9.2:6379 --slowness 2 --workers 4 --more-ports 8000-8099
 *
 * | request | answer |
 * |---|---|
 * | `GET /` | `{server}` |
 * | `GET /bytes?size=N` | N bytes, the same on every server; their SHA-256 in `x-body-sha256` |
 * | `POST /digest` | `{server, bytes, sha256}` of the body received |
 * | `GET /work?ms=T` | `{server}`, after a worker has spent T ms times the server's slowness on it; who finds none free waits |
 * | `GET /session?id=X` | `{server, count}`, counted in the store; 502 if it does not answer |
 *
 * Every answer names the server in `x-real-server`. Connections stay open unless the client closes them.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { bodyOf } from './body.ts';
import { portsOf } from './ports.ts';
import { SessionCounter } from './session-counter.ts';
import { Workers } from './workers.ts';

const LARGEST_BODY_BYTES = 256 * 1024 * 1024;
const LONGEST_WORK_MS = 60_000;

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'server' },
    port: { type: 'string', default: '80' },
    store: { type: 'string', default: '127.0.0.1:6379' },
    /** Ports that it serves as well: FIRST-LAST. */
    'more-ports': { type: 'string' },
    /** How many times as long as on a server of slowness 1 the work of a request takes. */
    slowness: { type: 'string', default: '1' },
    /** Requests that are worked on at once. */
    workers: { type: 'string', default: '4' },
  },
});
const [storeHost = '', storePort = ''] = values.store.split(':');
const workers = new Workers({ count: Number(values.workers), slowness: Number(values.slowness) });
const sessions = new SessionCounter({ host: storeHost, port: Number(storePort) });

type Route = (
  request: IncomingMessage,
  query: URLSearchParams,
  response: ServerResponse,
) => void | Promise<void>;

const routes: Readonly<Record<string, Route>> = {
  'GET /': (_request, _query, response) => sendJson(response, 200, {}),

  'GET /bytes': (_request, query, response) => {
    const size = Number(query.get('size') ?? Number.NaN);
    if (!Number.isInteger(size) || size < 0 || size > LARGEST_BODY_BYTES) {
      sendJson(response, 400, {
        error: `size must be a whole number of bytes from 0 to ${LARGEST_BODY_BYTES}`,
      });
      return;
    }
    const { bytes, sha256 } = bodyOf(size);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': size,
      'x-body-sha256': sha256,
    });
    response.end(bytes);
  },

  'POST /digest': async (request, _query, response) => {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    sendJson(response, 200, { bytes, sha256: hash.digest('hex') });
  },

  'GET /work': async (_request, query, response) => {
    const ms = Number(query.get('ms') ?? Number.NaN);
    if (!(ms >= 0 && ms <= LONGEST_WORK_MS)) {
      sendJson(response, 400, { error: `ms must be a number from 0 to ${LONGEST_WORK_MS}` });
      return;
    }
    await workers.work(ms);
    sendJson(response, 200, {});
  },

  'GET /session': async (_request, query, response) => {
    const id = query.get('id');
    if (!id) {
      sendJson(response, 400, { error: 'id is missing: ask for /session?id=<name>' });
      return;
    }
    try {
      sendJson(response, 200, { count: await sessions.count(id) });
    } catch (error) {
      sendJson(response, 502, { error: (error as Error).message });
    }
  },
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('x-real-server', values.name);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  const route = routes[`${request.method} ${pathname}`];
  if (route === undefined) {
    const known = Object.keys(routes).join(', ');
    sendJson(response, 404, { error: `There is no ${request.method} ${pathname} here; there is ${known}.` });
    return;
  }
  // A client that goes away in the middle is its own affair.
  Promise.resolve(route(request, searchParams, response)).catch(() => response.destroy());
}

function sendJson(response: ServerResponse, status: number, content: object): void {
  const text = JSON.stringify({ server: values.name, ...content });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

const ports = [Number(values.port), ...portsOf(values['more-ports'])];
for (const port of ports) {
  const server = createServer(answer);
  // Longer than any load pauses: the server never closes a connection that a client is about to use again.
  server.keepAliveTimeout = 120_000;
  server.on('error', (error) => {
    console.error(`${values.name} cannot serve port ${port}: ${error.message}`);
    process.exit(1);
  });
  server.listen({ port, host: '0.0.0.0', backlog: 4096 });
  await once(server, 'listening');
}
// A signal will end it, and Node would keep nothing then for the next start.
flushCompileCache();
console.log(`ready: ${values.name} serves HTTP on port ${values.port}`);
