import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';

const CLIENT = fileURLToPath(new URL('../../../harness/traffic/http-load-client.ts', import.meta.url));

interface Report {
  readonly requests: number;
  readonly errors: number;
  readonly bytes: number;
  readonly answersByServer: Readonly<Record<string, number>>;
  readonly latencyMs?: object;
}

/** What the client reports of a server that answers so, and how many requests that server got. */
async function load(answer: RequestListener, ...args: string[]): Promise<{ report: Report; asked: number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { stdout } = await execa(process.execPath, [CLIENT, '--url', url, '--connections', '2', ...args]);
  return { report: JSON.parse(stdout) as Report, asked };
}

const named: RequestListener = (_request, response) => {
  response.writeHead(200, { 'x-real-server': 'rs1', 'content-length': 2 });
  response.end('ok');
};

describe('the HTTP load', () => {
  it('counts the answers of each server, with a new connection for each request', async () => {
    const { report, asked } = await load(named, '--amount', '40', '--new-connections');
    expect(report).toMatchObject({ requests: 40, errors: 0, bytes: 80, answersByServer: { rs1: 40 } });
    // Latency is not measured there, so none is claimed.
    expect(report.latencyMs).toBeUndefined();
    expect(asked).toBe(40);
  });

  it('counts them over lasting connections, by time', async () => {
    const { report, asked } = await load(named, '--duration-ms', '1000');
    expect(report.errors).toBe(0);
    expect(report.requests).toBeGreaterThan(0);
    expect(report.answersByServer).toEqual({ rs1: report.requests });
    // Those under way at the end were asked, and their answers not awaited.
    expect(asked - report.requests).toBeLessThanOrEqual(2);
    expect(report.latencyMs).toBeDefined();
  });

  it.each([
    ['refuses them', (_request, response) => void response.writeHead(503, { 'content-length': 0 }).end()],
    ['hangs up', (request) => void request.socket.destroy()],
  ] as [string, RequestListener][])(
    'counts every request as failed, and once, if the server %s',
    async (_how, answer) => {
      const { report } = await load(answer, '--amount', '40', '--new-connections');
      expect(report).toMatchObject({ requests: 40, errors: 40 });
    },
  );

  it('counts those that fail among others', async () => {
    let number = 0;
    const sometimes: RequestListener = (request, response) => {
      number++;
      if (number % 10 === 0) response.writeHead(500, { 'content-length': 0 }).end();
      else named(request, response);
    };
    const { report } = await load(sometimes, '--amount', '40', '--new-connections');
    expect(report).toMatchObject({ requests: 40, errors: 4, answersByServer: { rs1: 36, unnamed: 4 } });
  });

  it('is not without failures if some requests were hung up on', async () => {
    let number = 0;
    const sometimes: RequestListener = (request, response) => {
      number++;
      if (number % 10 === 0) request.socket.destroy();
      else named(request, response);
    };
    const { report } = await load(sometimes, '--amount', '40', '--new-connections');
    expect(report.errors).toBeGreaterThan(0);
    expect(report.errors).toBeLessThanOrEqual(report.requests);
  });
});
