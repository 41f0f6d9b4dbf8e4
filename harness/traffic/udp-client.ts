/**
 * Program: sends datagrams, each flow from a port of its own, and prints as JSON what came back for each.
 *
 *     node udp-client.ts --address 10.0.1.100 --port 5300 --flows 12 --datagrams 3 --seed 1
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const ANSWER_WITHIN_MS = 3_000;

const { values } = parseArgs({
  options: {
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '5300' },
    flows: { type: 'string', default: '1' },
    datagrams: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});

interface Exchange {
  clientPort: number;
  payload: string;
  answer: string | null;
  answeredBy: string | null;
}

async function flow(number: number): Promise<Exchange[]> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const exchanges: Exchange[] = [];
  for (let i = 0; i < Number(values.datagrams); i++) {
    const payload = `seed ${values.seed} flow ${number} datagram ${i}`;
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    socket.send(payload, Number(values.port), values.address);
    const [answer, from] = await answered
      .then(([message, sender]) => [String(message), `${sender.address}:${sender.port}`] as const)
      .catch(() => [null, null] as const);
    exchanges.push({ clientPort: socket.address().port, payload, answer, answeredBy: from });
  }
  socket.close();
  return exchanges;
}

const started = performance.now();
const exchanges = await Promise.all(Array.from({ length: Number(values.flows) }, (_, i) => flow(i)));
process.stdout.write(
  JSON.stringify({ durationMs: performance.now() - started, exchanges: exchanges.flat() }),
);
