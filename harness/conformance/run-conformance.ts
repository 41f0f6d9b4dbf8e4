/** The whole catalogue, played packet by packet in one lab. */

import type { Mode } from '../../lab/index.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { counted } from '../../statistics/number-text.ts';
import { ownDirector } from '../directors/index.ts';
import { type Interruption, recordRun } from '../run/record-run.ts';
import type { RunOptions, RunRecorder } from '../run/recorder.ts';
import { sharedPlans } from '../run/shared-plans.ts';
import { CONVERSATION_INDEX, selectedPacketCases, selectedScenarios, selectingNothing } from './catalogue.ts';
import { NEEDS_VIRTUAL_TIME, takesLong } from './run-cases.ts';
import { type ModePlan, runModes } from './run-catalogue.ts';
import { NEEDS_REAL_SERVERS } from './run-conversation.ts';

interface ConformanceOptions extends RunOptions {
  readonly lab: Exclude<LabKind, 'live'>;
  readonly modes: readonly Mode[];
  /** Prefixes of case ids; all cases if empty. */
  readonly grep: readonly string[];
  /** Whether what takes long by its nature is played in memory where everything else is not. */
  readonly longOnesInMemory?: boolean;
}

const DESCRIPTIONS: Readonly<Record<ConformanceOptions['lab'], string>> = {
  memory: 'The TypeScript director of this repository: its core, in this process',
  netns: ownDirector.description,
};

/** Plays the selected cases and writes the results. Resolves with the exit code. */
export function runConformance(options: ConformanceOptions, terminal: Terminal): Promise<number> {
  return recordRun(options, terminal, (recorder, interruption) =>
    playCatalogue(options, recorder, interruption),
  );
}

export async function playCatalogue(
  options: ConformanceOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { lab, modes, grep } = options;
  recorder.directors.push({ name: ownDirector.name, description: DESCRIPTIONS[lab], available: true });
  recorder.problems.push(...selectingNothing(grep, modes, 'conformance --list'));
  // Reject unknown ids before running anything.
  if (recorder.problems.length > 0) return;
  const plans = modes.flatMap((mode) => plansOf(mode, options));
  await runModes(sharedPlans(plans, options.shard), recorder, interruption);
  recorder.notCovered.push(...packetsNotCovered(lab, recorder.cases));
}

/** Plans with nothing to play are left out. */
function plansOf(mode: Mode, { lab, grep, seed, longOnesInMemory = false }: ConformanceOptions): ModePlan[] {
  const common = { mode, director: ownDirector.name, seed, conversationIndex: CONVERSATION_INDEX };
  const cases = selectedPacketCases(mode, grep);
  const elsewhere = longOnesInMemory && lab !== 'memory' ? cases.filter(takesLong) : [];
  const plans: ModePlan[] = [
    {
      ...common,
      lab,
      cases: cases.filter((one) => !elsewhere.includes(one)),
      scenarios: selectedScenarios(mode, grep),
    },
    { ...common, lab: 'memory', cases: elsewhere, scenarios: [] },
  ];
  return plans.filter((plan) => plan.cases.length + plan.scenarios.length > 0);
}

/** @param cases All cases of a run; those that were skipped are looked for in it. */
function packetsNotCovered(lab: Exclude<LabKind, 'live'>, cases: readonly CaseResult[]): string[] {
  const skippedFor = (reason: string) => cases.filter((one) => one.reason === reason).length;
  const [timed, served] = [skippedFor(NEEDS_VIRTUAL_TIME), skippedFor(NEEDS_REAL_SERVERS)];
  return [
    ...(lab === 'memory'
      ? [
          'Cases ran against the director’s core in memory; its process, its packet sockets and the kernel were not involved (lvs-lab conformance --lab netns).',
        ]
      : []),
    ...(served > 0 ? [`${countOf(served)} real clients, servers and load: lvs-lab bench plays them.`] : []),
    ...(timed > 0
      ? [`${countOf(timed)} minutes and hours to pass: lvs-lab conformance --lab memory plays them.`]
      : []),
  ];
}

function countOf(cases: number): string {
  return counted(cases, 'case needs', 'cases need');
}
