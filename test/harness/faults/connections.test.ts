import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TcpConnection } from '../../../harness/faults/tcp-connection.ts';
import { UdpFlow } from '../../../harness/faults/udp-flow.ts';

const address = '127.0.0.1';

/** A server of pages that names itself. */
async function serve(listener: RequestListener) {
  const server = createServer((request, response) => {
    response.setHeader('x-real-server', 'rs1');
    listener(request, response);
  }).listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const connect = () => {
    const connection = new TcpConnection('bulk', { address, httpPort: port, udpPort: 0 });
    onTestFinished(() => connection.close());
    return connection;
  };
  return { server, connect };
}

describe('a TCP connection across a fault', () => {
  it('is kept where it is answered afterwards', async () => {
    const { connect } = await serve((_, response) => response.end('page'));
    const connection = connect();
    await connection.ask(64);
    const sinceMs = performance.now();
    expect(connection.isSettled(sinceMs)).toBe(false);
    await connection.ask(64);
    expect(connection.observed(sinceMs)).toMatchObject({ server: 'rs1', fate: 'kept', lost: 0 });
  });

  it('is kept where an answer has come, whatever it waits for by now', async () => {
    let requests = 0;
    const { connect } = await serve((_, response) => requests++ === 0 && response.end('page'));
    const connection = connect();
    const sinceMs = performance.now();
    await connection.ask(64);
    connection.ask(64);
    expect(connection.observed(sinceMs)).toMatchObject({ fate: 'kept', lost: 0 });
  });

  it('is silent where nothing is answered', async () => {
    const { connect, server } = await serve(() => undefined);
    const connection = connect();
    const asked = once(server, 'request');
    connection.ask(64);
    await asked;
    const { server: answeredBy, fate, lost, silenceMs } = connection.observed(0);
    expect({ answeredBy, fate, lost }).toEqual({ answeredBy: undefined, fate: 'silent', lost: 1 });
    expect(silenceMs).toBeGreaterThan(0);
  });

  it('is closed where the server ends it, and reset where it breaks it off', async () => {
    const { connect, server } = await serve((_, response) => response.end('page'));
    for (const [end, fate] of [
      ['end', 'closed'],
      ['resetAndDestroy', 'reset'],
    ] as const) {
      const accepted = once(server, 'connection');
      const connection = connect();
      await connection.ask(64);
      const [socket] = await accepted;
      socket[end]();
      await expect.poll(() => connection.isOpen, { timeout: 10_000 }).toBe(false);
      expect(connection.observed(0)).toMatchObject({ server: 'rs1', fate });
    }
  });

  it('is reset where it is refused', async () => {
    const { connect, server } = await serve(() => undefined);
    server.close();
    await once(server, 'close');
    const connection = connect();
    await connection.ask(64);
    expect(connection.observed(0)).toMatchObject({ fate: 'reset', lost: 1 });
  });
});

describe('a flow of datagrams across a fault', () => {
  /** An echo that calls itself by the last of the names; it is silent where that is empty. */
  async function echo(names: string[]) {
    const socket = createSocket('udp4').bind(0, address);
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    socket.on('message', (message, { port }) => {
      const name = names.at(-1);
      if (name) socket.send(`${name} ${message}`, port, address);
    });
    const flow = new UdpFlow({ address, httpPort: 0, udpPort: socket.address().port });
    onTestFinished(() => flow.close());
    return flow;
  }

  const answeredSince = (flow: UdpFlow, sinceMs: number) =>
    expect
      .poll(
        () => {
          flow.send();
          return flow.isSettled(sinceMs);
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBe(true);

  it('is kept at its server, moved to another, or gets no answer', async () => {
    const names = ['rs1'];
    const flow = await echo(names);
    await answeredSince(flow, 0);
    expect(flow.server).toBe('rs1');
    expect(flow.observed(0)).toMatchObject({ server: 'rs1', fate: 'kept' });
    names.push('rs2');
    // One that was sent before may have had its answer from the first.
    await expect
      .poll(
        () => {
          flow.send();
          return flow.observed(0).fate;
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBe('moved');
    expect(flow.server).toBe('rs1');
    names.push('');
    const sinceMs = performance.now();
    flow.send();
    expect(flow.observed(sinceMs)).toMatchObject({ server: 'rs1', fate: 'silent' });
  });
});
