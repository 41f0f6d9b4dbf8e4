/**
 * Sends datagrams, each flow from a port of its own, and tells what came back for each. As a program it prints that as
 * JSON; a traffic client calls `udpLoad`.
 *
 *     node udp-client.ts --address 10.0.1.100 --port 5300 --flows 12 --datagrams 3 --seed 1
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const ANSWER_WITHIN_MS = 3_000;

interface Exchange {
  clientPort: number;
  payload: string;
  answer: string | null;
  answeredBy: string | null;
}

/** @param args Words as on a command line. */
export async function udpLoad(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      address: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '5300' },
      flows: { type: 'string', default: '1' },
      datagrams: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
    },
  });
  const flow = async (number: number): Promise<Exchange[]> => {
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
  };
  const started = performance.now();
  const exchanges = await Promise.all(Array.from({ length: Number(values.flows) }, (_, i) => flow(i)));
  return { durationMs: performance.now() - started, exchanges: exchanges.flat() };
}

if (import.meta.main) process.stdout.write(JSON.stringify(await udpLoad(process.argv.slice(2))));
