/** How one scheduler decided in each mode, given the same connections and seed. */
import type { Mode } from '../../lab/index.ts';
import type { AcrossModes, FairnessResult } from '../../reports/result-figures.ts';
import { modesThatSeeTheSame } from '../../scenarios/fairness/across-modes.ts';
import type { FairnessScenario } from '../../scenarios/fairness/scenario.ts';

/** A row for each scheduler in each situation that was played as a plan in more than one mode. */
export function acrossModesOf(
  scenarios: readonly FairnessScenario[],
  results: readonly FairnessResult[],
): AcrossModes[] {
  return scenarios.flatMap((scenario) => {
    if (scenario.kind !== 'plan') return [];
    const { acrossModes, contenders, name } = scenario;
    return contenders.flatMap((contender): AcrossModes[] => {
      const own = results.filter(
        ({ situation, scheduler, sequence }) =>
          situation === name && scheduler === contender.name && sequence !== undefined,
      );
      if (own.length < 2) return [];
      const digests = new Map(own.map(({ mode, sequence }) => [mode, sequence?.digest ?? '']));
      const unlike = unlikeModes(digests);
      const predictedBy = predictorOf(own);
      return [
        {
          situation: name,
          scheduler: contender.name,
          connections: own[0]?.sample.connections ?? 0,
          digests: Object.fromEntries(digests),
          alike: new Set(digests.values()).size === 1,
          ...acrossModes(contender),
          ...(unlike.length > 0 && { unlike }),
          ...(predictedBy !== undefined && { asPredictedBy: predictedBy }),
        },
      ];
    });
  });
}

/** Modes in which the director sees the same, and which decided differently all the same. */
function unlikeModes(digests: ReadonlyMap<Mode, string>): Mode[] {
  return modesThatSeeTheSame([...digests.keys()]).flatMap((modes) =>
    new Set(modes.map((mode) => digests.get(mode))).size > 1 ? modes : [],
  );
}

/** Whose prediction every decision of these results was compared with and agreed to; undefined where one was not. */
function predictorOf(results: readonly FairnessResult[]): string | undefined {
  const predictors = results.map(({ sample, sequence }) =>
    sequence?.different === 0 ? sample.tests.find(({ of }) => of === 'decisions')?.against : undefined,
  );
  return predictors.every((one) => one === predictors[0]) ? predictors[0] : undefined;
}
