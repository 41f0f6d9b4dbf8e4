/** From what came of a queue scenario to its results, one for each scheduler. */
import type { Mode } from '../../../lab/index.ts';
import { evennessOf } from '../../../statistics/evenness.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { latencyDistribution, latencyFigures } from '../figures/latency.ts';
import { digestOf } from '../figures/sequence-digest.ts';
import type { Contender, QueueRun, QueueScenario, SituationVerdict } from '../scenario.ts';
import type { Series, SituationResult } from './result.ts';
import { statusOf, subjectOf } from './subject.ts';

/** All schedulers of a queue scenario in one mode, which are judged together. */
export interface QueueRuns {
  readonly scenario: QueueScenario;
  readonly contenders: readonly Contender[];
  readonly mode: Mode;
  readonly director: string;
  readonly lab: SituationResult['lab'];
  /** By the contender's name. */
  readonly runs: ReadonlyMap<string, QueueRun>;
}

const POINTS = 100;

export function queueResults({
  scenario,
  contenders,
  mode,
  director,
  lab,
  runs,
}: QueueRuns): SituationResult[] {
  const verdicts = scenario.judge(runs);
  const { weights } = scenario;
  return contenders.map((contender): SituationResult => {
    const run = runs.get(contender.name) as QueueRun;
    const verdict = verdicts.get(contender.name) as SituationVerdict;
    const counts = countsOf(run.decisions, weights.length);
    const figures = {
      ...evennessOf(counts, weights),
      ...latencyFigures(run.latenciesMs),
      ...verdict.figures,
    };
    return {
      ...subjectOf({ scenario, contender, mode, director, lab }),
      ...statusOf(verdict),
      // What is compared is latency, not shares.
      sample: { connections: run.decisions.length, tests: [] },
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
      conclusion: verdict.conclusion,
    };
  });
}

function distributionSeries({ latenciesMs }: QueueRun): Series {
  const points = latencyDistribution(latenciesMs, POINTS);
  return {
    name: 'latency distribution',
    xLabel: 'share of requests',
    yLabel: 'latency (ms)',
    x: points.map(([share]) => share),
    lines: { latency: points.map(([, latency]) => latency) },
  };
}
