/** The whole catalogue, played packet by packet in one lab. */
import type { Mode } from '../../lab/index.ts';
import type { LabKind } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import {
  CONVERSATION_INDEX,
  selectedPacketCases,
  selectedScenarios,
  selectingNothing,
} from '../catalogue.ts';
import { type Interruption, recordRun } from '../run/record-run.ts';
import type { RunOptions, RunRecorder } from '../run/recorder.ts';
import { packetsNotCovered } from './not-covered.ts';
import { type ModePlan, runMode } from './run-catalogue.ts';

export interface ConformanceOptions extends RunOptions {
  readonly lab: Exclude<LabKind, 'live'>;
  readonly modes: readonly Mode[];
  /** Prefixes of case ids; all cases if empty. */
  readonly grep: readonly string[];
}

/** Name of the director whose core is played with in memory, and whose process in namespaces. */
export const DIRECTOR = 'ts';

const DESCRIPTIONS: Readonly<Record<ConformanceOptions['lab'], string>> = {
  memory: 'The TypeScript director of this repository: its core, in this process',
  netns: 'The TypeScript director of this repository, on packet sockets',
};

/** Plays the selected cases and writes the results. Resolves with the exit code. */
export function runConformance(options: ConformanceOptions, terminal: Terminal): Promise<number> {
  return recordRun(options, terminal, (recorder, interruption) =>
    playCatalogue(options, recorder, interruption),
  );
}

export async function playCatalogue(
  { lab, modes, grep, seed }: ConformanceOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  recorder.directors.push({ name: DIRECTOR, description: DESCRIPTIONS[lab], available: true });
  recorder.problems.push(...selectingNothing(grep, modes, 'conformance --list'));
  // Who misspelt a case is told at once, and not after those that were meant too.
  if (recorder.problems.length > 0) return;
  for (const mode of modes) {
    if (interruption.isInterrupted) return;
    const plan: ModePlan = {
      mode,
      lab,
      director: DIRECTOR,
      seed,
      cases: selectedPacketCases(mode, grep),
      scenarios: selectedScenarios(mode, grep),
      conversationIndex: CONVERSATION_INDEX,
    };
    if (plan.cases.length + plan.scenarios.length > 0) await runMode(plan, recorder, interruption);
  }
  recorder.notCovered.push(...packetsNotCovered(lab, recorder.cases));
}
