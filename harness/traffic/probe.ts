/** A little traffic that does not mind being lost, for networks of which it is known that they do not work. */

import type { TrafficObserved } from '../../scenarios/kit/session/observed-traffic.ts';
import type { TrafficContext } from './context.ts';
import { curlJson } from './curl-json.ts';
import { runLocalRequest } from './local-request.ts';
import { runUdpExchange } from './udp-exchange.ts';

const REQUESTS = 6;
const TIMEOUT_MS = 1_000;

export async function runProbe(context: TrafficContext): Promise<TrafficObserved> {
  const { client, service } = context;
  const url = `http://${service.vipText}:${service.httpPort}/`;
  const started = performance.now();
  // All at once: each may wait for as long as it is let.
  const [udp, local, ...answers] = await Promise.all([
    runUdpExchange(context, { flows: 3, datagrams: 1 }),
    runLocalRequest(context),
    ...Array.from({ length: REQUESTS }, () => curlJson(client, url, TIMEOUT_MS)),
  ]);
  const summary = {
    id: 'probe',
    title: `${REQUESTS} requests, a new connection each`,
    command: `curl -m ${TIMEOUT_MS / 1000} ${url}`,
    requests: REQUESTS,
    errors: answers.filter(({ problem }) => problem !== null).length,
    durationMs: performance.now() - started,
    bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  const nothing = (id: string) => ({ ...summary, id, title: 'not tried', requests: 0, errors: 0, bytes: 0 });
  return {
    newConnections: { summary, answersByServer: {} },
    keepAlive: { summary: nothing('keep-alive'), answersByServer: {} },
    transfer: { summary: nothing('transfer'), transfers: [] },
    udp,
    session: { summary: nothing('session'), answers: [] },
    local,
  };
}
