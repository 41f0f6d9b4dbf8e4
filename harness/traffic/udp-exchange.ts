/** Datagrams to the UDP service and their echoes. */
import { z } from 'zod';
import type { UdpExchange } from '../../scenarios/kit/session/observed-traffic.ts';
import { counted } from '../../statistics/number-text.ts';
import type { TrafficContext } from './context.ts';
import type { LoadOrder } from './traffic-client.ts';

/** Enough for every server, and for a flow to be more than one datagram. */
const USUAL = { flows: 12, datagrams: 3 };

const report = z.object({
  durationMs: z.number(),
  exchanges: z.array(
    z.object({
      clientPort: z.int(),
      payload: z.string(),
      answer: z.string().nullable(),
      answeredBy: z.string().nullable(),
    }),
  ),
});

export async function runUdpExchange(
  { loads, service, seed }: TrafficContext,
  { flows, datagrams } = USUAL,
): Promise<UdpExchange> {
  const args = [
    ...['--address', service.vipText, '--port', String(service.udpPort)],
    ...['--flows', String(flows), '--datagrams', String(datagrams), '--seed', String(seed)],
  ];
  const order: LoadOrder = { load: 'udp', args };
  const { durationMs, exchanges } = report.parse(await loads.ask(order));
  const sizes = exchanges.map(({ payload, answer }) => payload.length + (answer?.length ?? 0));
  return {
    summary: {
      id: 'udp',
      title: `${flows} UDP flows of ${counted(datagrams, 'datagram')}`,
      command: ['node', 'harness/traffic/udp-client.ts', ...args].join(' '),
      requests: exchanges.length,
      errors: exchanges.filter(({ answer }) => answer === null).length,
      durationMs,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
    },
    exchanges,
  };
}
