/** The result of what was computed in memory, without connections one by one. */
import type { Mode } from '../../../lab/index.ts';
import { countsOf } from '../../../statistics/shares.ts';
import { digestOf } from '../figures/sequence-digest.ts';
import type { Contender, MemoryScenario, SituationVerdict } from '../scenario.ts';
import type { SituationResult } from './result.ts';
import { statusOf, subjectOf } from './subject.ts';

export interface MemoryRun {
  readonly scenario: MemoryScenario;
  readonly contender: Contender;
  readonly mode: Mode;
  /** Name in results. */
  readonly director: string;
  readonly weights: readonly number[];
  readonly idealShares?: readonly number[];
  /** For each connection (or slot of a table) the index of its server. */
  readonly decisions: ArrayLike<number>;
  readonly sample: SituationResult['sample'];
  readonly verdict: SituationVerdict;
}

/** Servers beyond these are not listed one by one. */
const LISTED = 10;

export function memoryResult(run: MemoryRun): SituationResult {
  const { weights, idealShares, decisions, sample, verdict } = run;
  const { figures = {}, series = [], conclusion } = verdict;
  return {
    ...subjectOf({ ...run, lab: 'memory' }),
    ...statusOf(verdict),
    sameInEveryMode: run.scenario.sameInEveryMode,
    sample,
    servers: countsOf(decisions, weights.length)
      .slice(0, LISTED)
      .map((connections, server) => ({
        host: `rs${server + 1}`,
        weight: weights[server] as number,
        connections,
        requests: connections,
        bytes: 0,
        ...(idealShares === undefined ? {} : { idealShare: idealShares[server] as number }),
      })),
    figures: { ...figures },
    deterministic: Object.keys(figures),
    sequence: { compared: 0, different: 0, digest: digestOf(decisions) },
    series: [...series],
    conclusion,
  };
}
