/** Whether a scheduler decided alike in each mode, given the same connections and seed. */
import type { AcrossModes, FairnessResult } from '../../reports/result-figures.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';

/** A row for each scheduler and situation that was played in more than one mode. */
export function acrossModesOf(results: readonly FairnessResult[]): AcrossModes[] {
  return fairnessScenarios.flatMap((scenario) => {
    if (scenario.kind !== 'plan' || scenario.acrossModes === undefined) return [];
    const { acrossModes, contenders, name } = scenario;
    return contenders.flatMap((contender): AcrossModes[] => {
      const own = results.filter(
        ({ situation, scheduler, sequence }) =>
          situation === name && scheduler === contender.name && sequence !== undefined,
      );
      if (own.length < 2) return [];
      const digests = own.map(({ mode, sequence }) => [mode, sequence?.digest ?? ''] as const);
      return [
        {
          situation: name,
          scheduler: contender.name,
          connections: own[0]?.sample.connections ?? 0,
          digests: Object.fromEntries(digests),
          alike: new Set(digests.map(([, digest]) => digest)).size === 1,
          ...acrossModes(contender),
        },
      ];
    });
  });
}
