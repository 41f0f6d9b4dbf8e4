/** From what came of a queue scenario to its results, one for each scheduler. */

import type { Mode } from '../../lab/index.ts';
import type { LabKind } from '../../reports/result.ts';
import type { FairnessResult } from '../../reports/result-figures.ts';
import { latencyDistribution, latencyFigures } from '../../scenarios/fairness/figures/latency.ts';
import { digestOf } from '../../scenarios/fairness/figures/sequence-digest.ts';
import type { PlannedService } from '../../scenarios/fairness/plan/plan.ts';
import {
  type Contender,
  fairnessId,
  type QueueRun,
  type QueueScenario,
  type SituationVerdict,
} from '../../scenarios/fairness/scenario.ts';
import { evennessOf } from '../../statistics/evenness.ts';
import { countsOf } from '../../statistics/shares.ts';
import type { QueueJob } from './jobs.ts';

const POINTS = 100;

/** The service of a queue scenario. */
export function queueService({ weights }: QueueScenario, contender: Contender): PlannedService {
  return { ...contender, weights, protocol: 'tcp', reachedBy: 'address' };
}

/** @param runs By the contender's name. */
export function queueResults(
  { scenario, contenders, mode }: QueueJob,
  runs: ReadonlyMap<string, QueueRun>,
  lab: LabKind,
  director: string,
): FairnessResult[] {
  const verdicts = scenario.judge(runs);
  return contenders.map((contender): FairnessResult => {
    const run = runs.get(contender.name) as QueueRun;
    const { findings, isShown, figures: more, conclusion } = verdicts.get(contender.name) as SituationVerdict;
    const { weights } = scenario;
    const counts = countsOf(run.decisions, weights.length);
    const figures = { ...evennessOf(counts, weights), ...latencyFigures(run.latenciesMs), ...more };
    return {
      id: fairnessId(scenario.name, mode as Mode, contender),
      situation: scenario.name,
      title: scenario.title,
      mode,
      director,
      scheduler: contender.name,
      lab,
      status: findings.length > 0 ? 'failed' : isShown === true ? 'shown' : 'passed',
      ...(findings.length > 0 ? { reason: findings.join(' ') } : {}),
      // What is compared is latency, not shares.
      sample: { connections: run.decisions.length, detectableEffect: 1, alpha: 0, power: 1 },
      servers: weights.map((weight, server) => ({
        host: `rs${server + 1}`,
        weight,
        connections: counts[server] as number,
        requests: counts[server] as number,
        bytes: 0,
      })),
      figures,
      // Live, times are those of this machine, and choices follow from them.
      deterministic: lab === 'memory' ? Object.keys(figures) : [],
      ...(lab === 'memory'
        ? { sequence: { compared: 0, different: 0, digest: digestOf(run.decisions) } }
        : {}),
      series: [distributionSeries(run)],
      conclusion,
    };
  });
}

function distributionSeries({ latenciesMs }: QueueRun): FairnessResult['series'][number] {
  const points = latencyDistribution(latenciesMs, POINTS);
  return {
    name: 'latency distribution',
    xLabel: 'share of requests',
    yLabel: 'latency (ms)',
    x: points.map(([share]) => share),
    lines: { latency: points.map(([, latency]) => latency) },
  };
}
