/** All traffic of a session. */

import type { TrafficObserved } from '../../scenarios/kit/session/observed-traffic.ts';
import type { TrafficContext } from './context.ts';
import { runHttpLoad } from './http-load.ts';
import { runLocalRequest } from './local-request.ts';
import { runSessionWalk } from './session-walk.ts';
import { runTransfer } from './transfer.ts';
import { runUdpExchange } from './udp-exchange.ts';

const CONNECTIONS = 10;

/** What is seldom waits for its answers most of the time, so it goes on beside the loads. @param step Told what comes now. */
export async function runTraffic(
  context: TrafficContext,
  step: (text: string) => void,
): Promise<TrafficObserved> {
  const { newConnections: amount, lasting } = context.load;
  step(`loading the VIP with ${amount} new connections, beside a session that lives in the store`);
  const [newConnections, session] = await Promise.all([
    runHttpLoad(context, {
      id: 'new-connections',
      title: `${amount} requests, a new connection each`,
      connections: CONNECTIONS,
      requests: amount,
      newConnectionEachTime: true,
    }),
    runSessionWalk(context),
  ]);
  step(
    `loading the VIP over ${CONNECTIONS} lasting connections, beside large bodies and a port without a rule`,
  );
  const [keepAlive, transfer, local] = await Promise.all([
    runHttpLoad(context, {
      id: 'keep-alive',
      title: `Requests over ${CONNECTIONS} lasting connections`,
      connections: CONNECTIONS,
      ...lasting,
      newConnectionEachTime: false,
    }),
    runTransfer(context),
    runLocalRequest(context),
  ]);
  if (context.service.hasUdp) step('exchanging datagrams');
  const udp = context.service.hasUdp ? await runUdpExchange(context) : NO_DATAGRAMS;
  return { newConnections, keepAlive, transfer, udp, session, local };
}

const NO_DATAGRAMS: TrafficObserved['udp'] = {
  summary: {
    id: 'udp',
    title: 'not tried: the director balances no UDP',
    command: '',
    requests: 0,
    errors: 0,
    durationMs: 0,
    bytes: 0,
  },
  exchanges: [],
};

/** The traffic's records as they go into the result. */
export function summariesOf(observed: TrafficObserved) {
  return Object.values(observed).map(({ summary }) => summary);
}
