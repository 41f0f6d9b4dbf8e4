/** HTTP through a lane, once. */
import { LabError } from '../../lab/index.ts';
import type { FixedRateMeasure, FullSpeedMeasure } from '../../scenarios/throughput.ts';
import { ascending, quantile } from '../../statistics/quantiles.ts';
import type { Arena, Runner } from './arena.ts';
import { bottleneckOf, type Observed } from './bottleneck.ts';
import type { HttpOrder, HttpReply } from './load-client.ts';
import type { Sample } from './results.ts';

export interface HttpContext {
  readonly arena: Arena;
  readonly measure: FullSpeedMeasure | FixedRateMeasure;
  readonly durationMs: number;
  readonly cores: number;
}

export async function measureHttp(context: HttpContext, { urls, cpu }: Runner): Promise<Sample> {
  const { arena, measure, durationMs, cores } = context;
  const { connections, newConnections } = measure;
  const order: HttpOrder = {
    urls,
    connections,
    newConnections,
    durationMs,
    ...(measure.kind === 'fixed rate' && { perSecond: measure.perSecond }),
  };
  const { outcome, cpu: use } = await cpu.during(() => arena.http.ask<HttpReply>(order));
  const perSecond = (outcome.answers * 1000) / outcome.countedMs;
  const observed: Observed =
    measure.kind === 'full speed'
      ? { kind: 'full speed' }
      : { kind: 'fixed rate', answeredShare: perSecond / measure.perSecond };
  const isLatency = measure.kind === 'fixed rate' && measure.figure === 'latency';
  return {
    value: isLatency ? quantile(ascending(outcome.latenciesMs), 0.5) : perSecond,
    cpu: use,
    latenciesMs: outcome.latenciesMs,
    bottleneck: bottleneckOf(observed, use, cores),
    note: arena.serverNote,
  };
}

/**
 * Asks a few times through a lane, so that all on the way know each other.
 *
 * @throws LabError if nobody answers.
 */
export async function reach(arena: Arena, { lane, urls }: Runner): Promise<void> {
  const order: HttpOrder = {
    urls,
    connections: urls.length,
    newConnections: true,
    perSecond: 20,
    durationMs: 150,
  };
  const { latenciesMs } = await arena.http.ask<HttpReply>(order);
  if (latenciesMs.length > 0) return;
  throw new LabError(`${lane.name}: no request to ${urls.join(', ')} is answered.`);
}
