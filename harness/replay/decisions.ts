/** Replays recorded decisions: which server each connection went to, and what was counted then. */
import { DecisionReplay } from './decision-replay.ts';
import { type DecisionCase, decisionsSchema } from './decision-schema.ts';
import { readAs } from './read-as.ts';
import type { CaseResult, Difference, RecordingFormat } from './recording.ts';

export const decisions: RecordingFormat = {
  name: 'decisions',
  recognises: ({ json }) =>
    typeof json === 'object' && json !== null && 'scheduler' in json && 'cases' in json,
  replay: (file) => readAs(decisionsSchema, file, decisions.name).cases.map(replayCase),
};

function replayCase(recorded: DecisionCase): CaseResult {
  const replay = new DecisionReplay(recorded);
  let differentSteps = 0;
  let first: Difference | undefined;
  const atStart = replay.compareStart();
  if (atStart.length > 0) {
    first = { step: -1, action: 'set up', findings: atStart, before: replay.director.describe() };
  }
  recorded.steps.forEach((step, index) => {
    const findings = replay.step(step);
    if (findings.length === 0) return;
    differentSteps++;
    first ??= { step: index, action: describe(step), findings, before: stateBefore(recorded, index) };
  });
  return { name: recorded.name, steps: recorded.steps.length, differentSteps, first };
}

/** A director decides the same each time, so the state before a step is had by going there again. */
function stateBefore(recorded: DecisionCase, index: number): string[] {
  const replay = new DecisionReplay(recorded);
  for (const step of recorded.steps.slice(0, index)) replay.step(step);
  return replay.director.describe();
}

function describe({ counts: _counts, ...step }: DecisionCase['steps'][number]): string {
  return JSON.stringify(step);
}
