/** HTTP load on the VIP by autocannon, run in the client's namespace. */
import { z } from 'zod';
import type { HttpLoad } from '../../scenarios/kit/session/observed-traffic.ts';
import type { TrafficContext } from './context.ts';
import type { LoadOrder } from './traffic-client.ts';

const report = z.object({
  requests: z.int(),
  errors: z.int(),
  durationMs: z.number(),
  requestsPerSecond: z.number(),
  latencyMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }).optional(),
  bytes: z.int(),
  answersByServer: z.record(z.string(), z.int()),
});

export interface HttpLoadPlan {
  readonly id: string;
  readonly title: string;
  readonly connections: number;
  /** Requests to make in all. */
  readonly requests?: number;
  /** How long to make them, where their number does not say. */
  readonly durationMs?: number;
  readonly newConnectionEachTime: boolean;
}

export async function runHttpLoad(context: TrafficContext, plan: HttpLoadPlan): Promise<HttpLoad> {
  const { loads, service } = context;
  const args = [
    ...['--url', `http://${service.vipText}:${service.httpPort}/`],
    ...['--connections', String(plan.connections)],
    ...(plan.requests === undefined ? [] : ['--amount', String(plan.requests)]),
    ...(plan.durationMs === undefined ? [] : ['--duration-ms', String(plan.durationMs)]),
    ...(plan.newConnectionEachTime ? ['--new-connections'] : []),
  ];
  const order: LoadOrder = { load: 'http', args };
  const { answersByServer, latencyMs, ...figures } = report.parse(await loads.ask(order));
  const command = ['node', 'harness/traffic/http-load-client.ts', ...args].join(' ');
  return {
    summary: {
      id: plan.id,
      title: plan.title,
      command,
      ...figures,
      ...(latencyMs === undefined ? {} : { latencyMs }),
    },
    answersByServer,
  };
}
