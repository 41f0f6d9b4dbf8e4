/**
 * Program: makes requests at the times that standard input says, each on a connection of its own, whether or not earlier
 * ones have been answered, and prints who answered each and how long after its time. Latency counts from the time at
 * which a request was meant to be made: one that comes late because of the ones before it is late all the same.
 */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Arrival } from '../../../scenarios/fairness/scenario.ts';
import type { ArrivalAnswer, ArrivalOrders } from './arrival-orders.ts';

const LIMIT_MS = 20_000;

const { address, port, arrivals } = JSON.parse(await text(process.stdin)) as ArrivalOrders;
// Time to get everything ready before the first one.
const startMs = performance.now() + 50;

const answers = await Promise.all(
  arrivals.map(async (arrival) => {
    await new Promise((resolve) => setTimeout(resolve, startMs + arrival.atMs - performance.now()));
    return request(arrival);
  }),
);
process.stdout.write(JSON.stringify(answers));

function request({ atMs, workMs, client, clientPort }: Arrival): Promise<ArrivalAnswer> {
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
