/** Which sessions a run consists of, and which cases each of them judges. */
import type { Mode } from '../../lab/index.ts';
import { scenarios } from '../../scenarios/index.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { directors } from '../directors/index.ts';
import { ALL_MODES, caseId } from '../requirement.ts';
import type { Scenario } from '../scenario.ts';
import type { BenchOptions } from './options.ts';

export interface PlannedSession {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly scheduler: string;
  readonly scenarios: readonly Scenario[];
}

/** Sessions with nothing to judge are left out. */
export function planRun(options: BenchOptions): PlannedSession[] {
  const planned: PlannedSession[] = [];
  for (const director of Object.values(directors)) {
    for (const scheduler of options.schedulers) {
      for (const mode of options.modes) {
        const chosen = selected(mode, options.grep);
        if (chosen.length > 0) planned.push({ mode, director, scheduler, scenarios: chosen });
      }
    }
  }
  return planned;
}

/** The scenarios of a mode whose ids start with one of the prefixes. */
export function selected(mode: Mode, prefixes: readonly string[]): Scenario[] {
  return scenarios.filter(
    (scenario) =>
      scenario.modes.includes(mode) &&
      (prefixes.length === 0 || prefixes.some((prefix) => caseId(scenario, mode).startsWith(prefix))),
  );
}

/** Every case there is, in order. */
export function allCases(): { readonly id: string; readonly scenario: Scenario }[] {
  return ALL_MODES.flatMap((mode) =>
    selected(mode, []).map((scenario) => ({ id: caseId(scenario, mode), scenario })),
  );
}
