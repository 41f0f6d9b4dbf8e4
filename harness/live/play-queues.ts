/** Plays a queue scenario through a running director: real requests at given times. */
import { fileURLToPath } from 'node:url';
import { Conversation, LabError } from '../../lab/index.ts';
import { type ServicePlace, setUpRules } from '../../scenarios/fairness/addresses.ts';
import type { PlannedService } from '../../scenarios/fairness/plan/plan.ts';
import type { Arrival, QueueRun } from '../../scenarios/fairness/scenario.ts';
import type { ArrivalAnswer, ArrivalOrders } from './arrivals-client.ts';
import type { LiveLab } from './live-lab.ts';

const PROGRAM = fileURLToPath(new URL('arrivals-client.ts', import.meta.url));

/** @throws LabError if a request was not answered, since the worst latencies would be missing. */
export async function playQueuesLive(
  service: PlannedService,
  place: ServicePlace,
  arrivals: readonly Arrival[],
  live: LiveLab,
): Promise<QueueRun> {
  await live.apply(setUpRules(service, place));
  const orders: ArrivalOrders = { address: place.vip, port: place.port, arrivals };
  await using clients = Conversation.start(live.lab.host('client'), PROGRAM);
  const answers = await live.untilFailure(clients.ask<ArrivalAnswer[]>(orders));
  const failed = answers.filter(({ problem }) => problem !== null);
  if (failed.length > 0) {
    throw new LabError(
      `${failed.length} of ${answers.length} requests failed, the first one: ${failed[0]?.problem}`,
    );
  }
  const names = live.lab.topology.realServers.map(({ host }) => host);
  return {
    decisions: answers.map(({ server }) => names.indexOf(server ?? '')),
    latenciesMs: answers.map(({ latencyMs }) => latencyMs),
  };
}
