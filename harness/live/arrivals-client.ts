/**
 * Program: makes requests at given times, each on a connection of its own, whether or not earlier ones have been answered,
 * and reports who answered each and how long after its time. Latency counts from the time at which a request was meant
 * to be made: one that is sent late because of the ones before it is late all the same. Asked as a `Conversation`.
 */
import { connect } from 'node:net';
import { answerRequests } from '../../lab/conversation.ts';
import type { Arrival } from '../../scenarios/fairness/scenario.ts';

export interface ArrivalOrders {
  readonly address: string;
  readonly port: number;
  readonly arrivals: readonly Arrival[];
}

/** One for each arrival, in their order. */
export interface ArrivalAnswer {
  /** By the name in its answer; null if nobody answered. */
  readonly server: string | null;
  readonly latencyMs: number;
  readonly problem: string | null;
}

const LIMIT_MS = 20_000;

/** Time to get everything ready before the first one. */
const LEAD_MS = 50;

await answerRequests<ArrivalOrders>(({ address, port, arrivals }) => {
  const startMs = performance.now() + LEAD_MS;
  return Promise.all(
    arrivals.map(async (arrival) => {
      await new Promise((resolve) => setTimeout(resolve, startMs + arrival.atMs - performance.now()));
      return request(arrival, { address, port, startMs });
    }),
  );
});

interface Target {
  readonly address: string;
  readonly port: number;
  readonly startMs: number;
}

function request(
  { atMs, workMs, client, clientPort }: Arrival,
  { address, port, startMs }: Target,
): Promise<ArrivalAnswer> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      localAddress: client,
      localPort: clientPort,
      noDelay: true,
    });
    let answer = '';
    const settle = (problem: string | null) => {
      const server = /^x-real-server: (\S+)/im.exec(answer)?.[1] ?? null;
      const right = answer.startsWith('HTTP/1.1 200');
      resolve({
        server,
        latencyMs: performance.now() - startMs - atMs,
        problem: problem ?? (right ? null : `the answer is ${answer.split('\r\n')[0]}`),
      });
      socket.destroy();
    };
    socket.setEncoding('latin1');
    socket.setTimeout(LIMIT_MS, () => settle(`nothing for ${LIMIT_MS} ms`));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => settle(null));
    // The server ends the connection after its answer, so the whole of it is there at the end.
    socket.write(`GET /work?ms=${workMs.toFixed(3)} HTTP/1.1\r\nHost: vip\r\nConnection: close\r\n\r\n`);
  });
}
