/** Replays the steps of a recorded case, one after the other, and keeps the first that differs. */
import type { CaseResult, Difference } from './recording.ts';

/** A director set up as for the first step of a case. */
export interface CaseReplay<Step> {
  /** What differs before the first step, a line each; always nothing if absent. */
  compareStart?(): string[];
  /** Carries out a step. Returns what differs from the recording, a line each. */
  step(step: Step): string[];
  /** The director's state, a line each. */
  describe(): string[];
}

/**
 * @param start Sets up a director. A director in memory does the same each time, so the state before a step that
 * differs is found by going there again.
 * @param actionOf What a step does, in words.
 */
export function replaySteps<Step>(
  name: string,
  steps: readonly Step[],
  start: () => CaseReplay<Step>,
  actionOf: (step: Step) => string,
): CaseResult {
  const stateBefore = (index: number) => {
    const again = start();
    for (const step of steps.slice(0, index)) again.step(step);
    return again.describe();
  };
  const replay = start();
  let differentSteps = 0;
  let first: Difference | undefined;
  const atStart = replay.compareStart?.() ?? [];
  if (atStart.length > 0) {
    first = { step: -1, action: 'set up', findings: atStart, before: replay.describe() };
  }
  for (const [index, step] of steps.entries()) {
    const findings = replay.step(step);
    if (findings.length === 0) continue;
    differentSteps++;
    first ??= { step: index, action: actionOf(step), findings, before: stateBefore(index) };
  }
  return { name, steps: steps.length, differentSteps, first };
}
