/** All traffic of a session, one kind after the other. */

import type { TrafficObserved } from '../../scenarios/kit/session/observed-traffic.ts';
import type { TrafficContext } from './context.ts';
import { runHttpLoad } from './http-load.ts';
import { runLocalRequest } from './local-request.ts';
import { runSessionWalk } from './session-walk.ts';
import { runTransfer } from './transfer.ts';
import { runUdpExchange } from './udp-exchange.ts';

const CONNECTIONS = 10;

/** @param step Told, before each kind, what comes now. */
export async function runTraffic(
  context: TrafficContext,
  step: (text: string) => void,
): Promise<TrafficObserved> {
  const { newConnections: amount, lasting } = context.load;
  step(`loading the VIP with ${amount} new connections`);
  const newConnections = await runHttpLoad(context, {
    id: 'new-connections',
    title: `${amount} requests, a new connection each`,
    connections: CONNECTIONS,
    requests: amount,
    newConnectionEachTime: true,
  });
  step(`loading the VIP over ${CONNECTIONS} lasting connections`);
  const keepAlive = await runHttpLoad(context, {
    id: 'keep-alive',
    title: `Requests over ${CONNECTIONS} lasting connections`,
    connections: CONNECTIONS,
    ...lasting,
    newConnectionEachTime: false,
  });
  step('moving large bodies');
  const transfer = await runTransfer(context);
  step('exchanging datagrams');
  const udp = await runUdpExchange(context);
  step('walking through a session that lives in the store');
  const session = await runSessionWalk(context);
  step('asking for a port without a rule');
  const local = await runLocalRequest(context);
  return { newConnections, keepAlive, transfer, udp, session, local };
}

/** The traffic's records as they go into the result. */
export function summariesOf(observed: TrafficObserved) {
  return Object.values(observed).map(({ summary }) => summary);
}
